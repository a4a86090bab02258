import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import ssh2, { type PseudoTtyInfo, type ServerChannel, type TcpipRequestInfo } from 'ssh2';
import { makeKeyPair } from '../keys/key-pair.ts';
import { parsePrivateKey } from '../keys/parsed-key.ts';
import type { BookingConnector } from '../ssh/booking-connector.ts';
import { dial } from '../ssh/dial.ts';
import type { PinnedHostKey } from '../ssh/host-key.ts';
import type { LoginMethod } from '../ssh/login-keys.ts';

export interface SshPeer {
  readonly port: number;
  readonly hostKey: PinnedHostKey;
  /** A way to log in that the peer accepts. */
  readonly method: LoginMethod;
  readonly connector: BookingConnector;
  /** Names of users who tried to log in, with the method: everything that the peer learned of them. */
  readonly attempts: string[];
  readonly connections: () => number;
  readonly cutAll: () => void;
  readonly close: () => Promise<void>;
}

/** An SSH server inside the test, for what a real sshd can't be made to do on command. The rest is tested on lab hosts. */
export async function startSshPeer(
  options: {
    readonly onShell?: (channel: ServerChannel, size: PseudoTtyInfo | null) => void;
    readonly onResize?: (size: { readonly cols: number; readonly rows: number }) => void;
    readonly onForward?: (channel: ServerChannel, request: TcpipRequestInfo) => void;
    readonly acceptsKeys?: boolean;
  } = {},
): Promise<SshPeer> {
  const host = makeKeyPair('host');
  const key = parsePrivateKey(makeKeyPair('ada').privateKey);
  if (key === null) throw new Error('the pair can’t be read');
  const sockets = new Set<Socket>();
  const attempts: string[] = [];
  const server = new ssh2.Server({ hostKeys: [host.privateKey] }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (attempt) => {
      attempts.push(`${attempt.username} ${attempt.method}`);
      if (options.acceptsKeys === false || attempt.method !== 'publickey') attempt.reject(['publickey']);
      else attempt.accept();
    });
    connection.on('tcpip', (accept, reject, request) => {
      if (options.onForward === undefined) reject();
      else options.onForward(accept(), request);
    });
    connection.on('session', (accept) => {
      const session = accept();
      let size: PseudoTtyInfo | null = null;
      session.on('pty', (acceptPty, _reject, info) => {
        size = info;
        acceptPty();
      });
      session.on('window-change', (_accept, _reject, { cols, rows }) => options.onResize?.({ cols, rows }));
      session.on('shell', (acceptShell) => {
        const channel: ServerChannel = acceptShell();
        channel.on('error', () => undefined);
        options.onShell?.(channel, size);
      });
    });
  });
  const tcp = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    server.injectSocket(socket);
  });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  const [keyType = '', publicKey = ''] = host.publicKey.split(' ');
  const hostKey = { keyType, publicKey };
  const method: LoginMethod = { type: 'publickey', username: 'rsm-1', key };
  return {
    port,
    hostKey,
    method,
    attempts,
    connector: {
      connect: async (_bookingId, signal) =>
        dial({ host: '127.0.0.1', port, username: 'rsm-1', hostKey, methods: [method], signal }),
    },
    connections: () => sockets.size,
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}
