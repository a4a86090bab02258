import { spawnSync } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';

/**
 * Runs within the browser's own network, as a program of its own. Whoever started it names ports; each is opened on 127.0.0.1
 * here and leads through a Unix socket, which no network divides, to the same port outside. It ends with whoever started it.
 */
interface Wish {
  readonly port: number;
  readonly socket: string;
}

/** Chromium takes a computer without any address for one that is offline; this pair leads nowhere. */
const NETWORK_COMMANDS = [
  'link set lo up',
  'link add rsm0 type veth peer name rsm1',
  'addr add 10.254.254.1/30 dev rsm0',
  'link set rsm1 up',
  'link set rsm0 up',
] as const;

function isWish(message: unknown): message is Wish {
  return typeof message === 'object' && message !== null && 'port' in message && 'socket' in message;
}

function open({ port, socket }: Wish): void {
  const server = createServer((inside) => {
    const outside = connect(socket);
    // Either side may be cut at any time, as on any network.
    pipeline(inside, outside, () => undefined);
    pipeline(outside, inside, () => undefined);
  });
  server.once('error', (error) => process.send?.({ port, error: error.message }));
  server.listen(port, '127.0.0.1', () => process.send?.({ port, error: null }));
}

for (const command of NETWORK_COMMANDS) {
  const { status, stderr } = spawnSync('ip', command.split(' '), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${command}: ${stderr}`);
}
process.on('message', (message) => {
  if (isWish(message)) open(message);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
