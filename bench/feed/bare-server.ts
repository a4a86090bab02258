import { createServer, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { serveAsChild } from '../process/serve-as-child.ts';

/**
 * Server-Sent Events as node:http gives them, and nothing else: no sign-in, no database, no resume. Who listens is in the
 * Authorization header; what is said comes from the parent process.
 */
const BACKLOG = 4_096;
const saidSchema = z.array(z.object({ to: z.string(), text: z.string() }));

const listeners = new Map<string, Set<ServerResponse>>();
const server = createServer((request, response) => {
  const who = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const own = listeners.get(who) ?? new Set();
  listeners.set(who, own.add(response));
  response.on('close', () => own.delete(response));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.write('data: {"kind":"reset"}\n\n');
});
server.listen(0, '127.0.0.1', BACKLOG, () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
  serveAsChild(address.port, (message) => {
    for (const { text, to } of saidSchema.parse(message)) {
      const frame = Buffer.from(`data: {"text":"${text}"}\n\n`);
      for (const response of listeners.get(to) ?? []) response.write(frame);
    }
  });
});
