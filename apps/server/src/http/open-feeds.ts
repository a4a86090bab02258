import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics/metrics.ts';

/** Keeps the answers that never end by themselves (Server-Sent Events), so that a stop need not wait for them. */
export function addOpenFeeds(
  fastify: FastifyInstance,
  metrics: Pick<Metrics, 'feedOpened' | 'feedClosed'>,
): { readonly end: () => void } {
  const open = new Set<ServerResponse>();
  // tRPC hands over a web Response, whose headers are not the reply's yet when this hook runs.
  fastify.addHook('onSend', async (_request, reply, payload) => {
    if (!(payload instanceof Response)) return;
    if (payload.headers.get('content-type')?.startsWith('text/event-stream') !== true) return;
    open.add(reply.raw);
    metrics.feedOpened();
    reply.raw.once('close', () => {
      open.delete(reply.raw);
      metrics.feedClosed();
    });
  });
  return {
    end: () => {
      for (const feed of open) feed.destroy();
    },
  };
}
