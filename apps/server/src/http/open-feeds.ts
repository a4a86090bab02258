import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Keeps the answers that never end by themselves (Server-Sent Events), so that a stop need not wait for them. */
export function addOpenFeeds(fastify: FastifyInstance): { readonly end: () => void } {
  const open = new Set<ServerResponse>();
  fastify.addHook('onSend', async (_request, reply) => {
    if (!String(reply.getHeader('content-type')).startsWith('text/event-stream')) return;
    open.add(reply.raw);
    reply.raw.once('close', () => open.delete(reply.raw));
  });
  return {
    end: () => {
      for (const feed of open) feed.destroy();
    },
  };
}
