import { connect, createServer, type Socket } from 'node:net';

/** A network that can be cut, between a client and a server on this machine. */
export interface CuttableProxy {
  readonly port: number;
  /** The first line of every request that passed: method, address, version. */
  readonly requestLines: readonly string[];
  /** Ends every connection at once, without a word to either side. */
  cut(): void;
  stop(): Promise<void>;
}

/** Passes TCP connections on to a port of this machine. */
export async function startProxy(targetPort: number): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  const requestLines: string[] = [];
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: targetPort });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (piece) => {
      for (const [line] of piece.toString('latin1').matchAll(/^(GET|POST|OPTIONS) \S+ HTTP\/1\.1/gm))
        requestLines.push(line);
    });
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((listening) => server.listen({ host: '127.0.0.1', port: 0 }, listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: address.port,
    requestLines,
    cut,
    stop: async () => {
      cut();
      await new Promise((closed) => server.close(closed));
    },
  };
}
