import { createServer, type Server } from 'node:net';

/** Holds a port of this machine that nobody used; the system chooses, so that test runs side by side never want the same. */
export async function holdPort(): Promise<{ readonly port: number; readonly release: () => Promise<void> }> {
  const server: Server = createServer();
  await new Promise<void>((listening) => server.listen({ host: '127.0.0.1', port: 0 }, listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return { port: address.port, release: () => new Promise((closed) => void server.close(() => closed())) };
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const { port, release } = await holdPort();
  await release();
  return port;
}
