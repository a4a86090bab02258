import { createServer } from 'node:net';

/** A port on the loopback address that is free now. Another process may take it first: the caller tries again then. */
export async function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('The system named no free port.'));
        else resolve(address.port);
      });
    });
  });
}
