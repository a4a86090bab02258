import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Logger } from '../logging.ts';
import type { PrometheusMetrics } from './prometheus-metrics.ts';

/** A reading takes milliseconds; whoever needs longer than this to ask or to take it is cut off. */
const REQUEST_TIMEOUT_MS = 10_000;
const CONNECTIONS_MAX = 20;
export const METRICS_PATH = '/metrics';

export interface RunningMetrics {
  /** The port that was really taken. */
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Answers whoever collects the metrics, on a port of its own: they are the operator's, and a load balancer in front of the API must
 * not show them to the world.
 * @throws Error when the port can't be had
 */
export async function startMetrics(options: {
  readonly host: string;
  readonly port: number;
  readonly metrics: Pick<PrometheusMetrics, 'read' | 'contentType'>;
  readonly log: Logger;
}): Promise<RunningMetrics> {
  const { log, metrics } = options;
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    if (request.method !== 'GET' || request.url !== METRICS_PATH) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end(`There is only GET ${METRICS_PATH}.\n`);
      return;
    }
    metrics.read().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      (error: unknown) => {
        log.error({ err: error }, 'The metrics could not be read');
        response.writeHead(500).end();
      },
    );
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.setTimeout(REQUEST_TIMEOUT_MS);
  server.listen({ host: options.host, port: options.port });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
