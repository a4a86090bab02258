import type { FastifyInstance, FastifyRequest } from 'fastify';
import { noTracing, type Tracing } from '../tracing/tracing.ts';

/** The root of each request's trace. Feeds, which last as long as a window is open, are told when they end. */
export function addRequestTraces(
  fastify: FastifyInstance,
  options: { readonly tracing: Tracing; readonly routeOf: (request: FastifyRequest) => string },
): void {
  const { routeOf, tracing } = options;
  if (tracing === noTracing) return;
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = routeOf(request);
    tracing.answered(
      {
        kind: 'request',
        name: `${request.method} ${route}`,
        attributes: {
          'http.request.method': request.method,
          'http.route': route,
          'http.response.status_code': reply.statusCode,
        },
        durationMs: reply.elapsedTime,
        hasFailed: reply.statusCode >= 500,
      },
      request.id,
    );
    done();
  });
}
