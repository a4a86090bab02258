import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';

/**
 * A network for the browser alone. Chromium drops every request (ERR_NETWORK_CHANGED) when an interface comes or goes on its
 * computer, and lab hosts bring interfaces all the time. It is also the proof that no screen asks anything of the internet.
 */
export interface OwnNetwork {
  /** What to put before the browser's command line. */
  readonly prefix: readonly string[];
  /** Lets the browser reach a port of 127.0.0.1 of this computer. */
  admit(port: number): Promise<void>;
  close(): Promise<void>;
}

const READY_LIMIT_MS = 60_000;
const RELAY = join(import.meta.dirname, 'network-relay.ts');

/** Null where there can't be one: only root on Linux may make networks. */
export async function openOwnNetwork(): Promise<OwnNetwork | null> {
  if (process.platform !== 'linux' || spawnSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up']).status !== 0) {
    return null;
  }
  const folder = await mkdtemp(join(tmpdir(), 'rsm-network-'));
  const relay = spawn('unshare', ['--net', process.execPath, '--disable-warning=ExperimentalWarning', RELAY], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const servers: Server[] = [];
  const admitted = new Map<number, Promise<void>>();

  async function admit(port: number): Promise<void> {
    const socket = join(folder, String(port));
    const server = createServer((inside) => {
      const outside = connect(port, '127.0.0.1');
      pipeline(inside, outside, () => undefined);
      pipeline(outside, inside, () => undefined);
    });
    servers.push(server);
    server.listen(socket);
    await once(server, 'listening');
    const answered = answerOf(relay, (answer) => answer['port'] === port);
    relay.send({ port, socket });
    const { error } = await answered;
    if (typeof error === 'string') throw new Error(`Port ${port} in the browser's network: ${error}`);
  }

  await answerOf(relay, (answer) => answer['ready'] === true);
  return {
    prefix: ['nsenter', `--net=/proc/${String(relay.pid)}/ns/net`],
    admit: async (port) => {
      const pending = admitted.get(port) ?? admit(port);
      admitted.set(port, pending);
      return pending;
    },
    close: async () => {
      for (const server of servers) server.close();
      if (relay.exitCode === null) {
        const ended = once(relay, 'exit');
        relay.disconnect();
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answerOf(
  relay: ChildProcess,
  isIt: (answer: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      clearTimeout(late);
      relay.off('message', hear);
      relay.off('exit', gone);
      outcome();
    };
    const hear = (message: unknown): void => {
      const answer = typeof message === 'object' && message !== null ? { ...message } : {};
      if (isIt(answer)) settle(() => resolve(answer));
    };
    const gone = (): void => settle(() => reject(new Error('The relay of the browser’s network ended.')));
    const late = setTimeout(
      () => settle(() => reject(new Error(`The relay did not answer in ${READY_LIMIT_MS / 1_000} s.`))),
      READY_LIMIT_MS,
    );
    relay.on('message', hear);
    relay.once('exit', gone);
  });
}
