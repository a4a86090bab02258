import { connect, createServer, type Socket } from 'node:net';

/** A port that stays, before a server whose own port changes. */
export interface Switch {
  readonly port: number;
  turnTo(port: number): void;
  close(): Promise<void>;
}

/** Passes connections on to the port of the moment; one that nobody answers at is closed, as without a switch. */
export async function startSwitch(firstPort: number): Promise<Switch> {
  let target = firstPort;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: target });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((listening) => server.listen({ host: '127.0.0.1', port: 0 }, listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The switch has no port.');
  return {
    port: address.port,
    turnTo: (port) => void (target = port),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
