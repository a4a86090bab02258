import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics/metrics.ts';

export interface RequestMetricsOptions {
  readonly metrics: Metrics;
  readonly apiPath: string;
  /** Every path of a procedure: a label never comes from a client. */
  readonly procedures: ReadonlySet<string>;
}

/** Measures each request by its procedure or route, except feeds: they last as long as a window is open. */
export function addRequestMetrics(fastify: FastifyInstance, options: RequestMetricsOptions): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    if (!String(reply.raw.getHeader('content-type')).startsWith('text/event-stream')) {
      options.metrics.requestAnswered({
        route: routeOf(request, options),
        method: request.method,
        status: reply.statusCode,
        durationMs: reply.elapsedTime,
      });
    }
    done();
  });
}

/** The procedure of a request or its route: a name from a closed list. */
export function routeOf(
  request: FastifyRequest,
  { apiPath, procedures }: Pick<RequestMetricsOptions, 'apiPath' | 'procedures'>,
): string {
  const path = request.url.split('?', 1)[0] ?? '';
  if (!path.startsWith(`${apiPath}/`)) return request.routeOptions.url ?? 'none';
  const called = path.slice(apiPath.length + 1);
  if (called.includes(',')) return 'several';
  return procedures.has(called) ? called : 'none';
}
