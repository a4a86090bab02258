import cors from '@fastify/cors';
import { appRouter, createContextFactory, type ApiContext } from '@rsm/api';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { HttpComposition } from '../composition.ts';
import { uuidV7Source } from '../ids.ts';
import { withLogContext, type Logger } from '../logging.ts';
import { noMetrics, type Metrics } from '../metrics/metrics.ts';
import { traceServices } from '../tracing/trace-services.ts';
import { noTracing, type Tracing } from '../tracing/tracing.ts';
import { addApi, type ApiAdapter } from './add-api.ts';
import { addHealth } from './health.ts';
import { addFeedRoute } from './feed-route.ts';
import { addProcessorWebhooks } from './processor-webhooks.ts';
import { addRequestLog } from './request-log.ts';
import { addRequestMetrics, routeOf } from './request-metrics.ts';
import { addRequestTraces } from './request-traces.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { addSessionCookieGuard, sessionCarrierOf } from './session-cookie.ts';
import { addWebPage } from './web-page.ts';
import { addWellKnown } from './well-known.ts';

export interface HttpServerOptions {
  readonly composition: HttpComposition;
  readonly log: Logger;
  readonly publicUrl: string;
  /** The one origin CORS admits. */
  readonly desktopOrigin: string;
  /** Proxies, in CIDR form, whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Where the built client lies, which is served as a web page; without it a plain page says how to get it. */
  readonly rendererDir?: string;
  /** Nothing is measured without. */
  readonly metrics?: Metrics;
  /** Nothing is traced without. */
  readonly tracing?: Tracing;
  /** The official one, where the thin one is held against it. */
  readonly adapter?: ApiAdapter;
  /** Shorter ones for tests. */
  readonly slowClients?: SlowClientLimits;
}

export const API_PATH = '/api/v1';
export const CLIENT_VERSION_HEADER = 'x-rsm-client-version';

/** The largest input of any procedure is far below; a batch of ten fits. */
const BODY_BYTES_MAX = 256 * 1_024;
/** How long a client may take; slow ones keep a connection from others otherwise. */
export interface SlowClientLimits {
  /** For the head of a request to arrive. */
  readonly headTimeoutMs: number;
  /** For a whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** How often connections are looked at: a limit may be overrun by as much. */
  readonly checkIntervalMs: number;
}

const SLOW_CLIENT_LIMITS: SlowClientLimits = {
  headTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  checkIntervalMs: 5_000,
};
/** Longer than the 60 s of common load balancers, so that they close first. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** A batch names its procedures in the path. */
const PATH_CHARS_MAX = 2_000;
const BATCH_SIZE_MAX = 10;
const CORS_MAX_AGE_SECONDS = 600;

export interface HttpServer {
  readonly fastify: FastifyInstance;
  /** Ends the open feeds; their clients resume elsewhere. */
  readonly endFeeds: () => void;
  /** From now on `/health/ready` says no, so that a load balancer sends no more. */
  readonly startDraining: () => void;
  /** Reads the built client anew; false when there is none. */
  readonly loadPage: () => Promise<boolean>;
}

/** Puts the routes together; nothing listens yet. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { composition, log, metrics = noMetrics, tracing = noTracing, slowClients = SLOW_CLIENT_LIMITS } = options;
  // Named by the wider type: with pino's own, no plugin would take the instance.
  const loggerInstance: FastifyBaseLogger = log;
  const fastify = Fastify({
    loggerInstance,
    // Fastify's own line holds the query, and with it the input of calls.
    logController: new LogController({ disableRequestLogging: true }),
    // The number of the request comes into every line by the log context, also deep below.
    childLoggerFactory: (logger) => logger,
    genReqId: () => uuidV7Source.next(),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: slowClients.requestTimeoutMs,
    http: { headersTimeout: slowClients.headTimeoutMs, connectionsCheckingInterval: slowClients.checkIntervalMs },
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // A load balancer sends its next request on a connection that it holds, perhaps in the moment in which we close.
    return503OnClosing: false,
    routerOptions: { maxParamLength: PATH_CHARS_MAX },
    ...(options.trustedProxies.length === 0 ? {} : { trustProxy: [...options.trustedProxies] }),
  });

  // Twice: reading a body begins a new asynchronous context, in which the first one is gone.
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.raw.setHeader('x-request-id', request.id);
    withLogContext({ requestId: request.id }, done);
  });
  fastify.addHook('preHandler', (request, _reply, done) => withLogContext({ requestId: request.id }, done));

  addRequestLog(fastify);
  const health = addHealth(fastify, composition);
  const procedures = new Set(Object.keys(appRouter._def.procedures));
  const routes = { apiPath: API_PATH, procedures };
  addRequestMetrics(fastify, { metrics, ...routes });
  addRequestTraces(fastify, { tracing, routeOf: (request) => routeOf(request, routes) });
  addSecurityHeaders(fastify, { isHttps: options.publicUrl.startsWith('https:') });
  const { clock, mode } = composition.serverInfo;
  const sessionCookie = { publicUrl: options.publicUrl, mode, apiPath: API_PATH };
  addSessionCookieGuard(fastify, sessionCookie);
  await addProcessorWebhooks(fastify, composition);
  await fastify.register(cors, {
    origin: [options.desktopOrigin],
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'last-event-id', 'trpc-accept', CLIENT_VERSION_HEADER],
    exposedHeaders: ['x-request-id'],
    credentials: false,
    maxAge: CORS_MAX_AGE_SECONDS,
  });

  const createContext = createContextFactory({
    services: tracing === noTracing ? composition.services : traceServices(composition.services, tracing),
    serverInfo: composition.serverInfo,
    logError: ({ logId, path, error }) => log.error({ err: error, logId, path }, 'A call failed'),
  });
  const contextOf = (req: FastifyRequest, res: FastifyReply): ApiContext => {
    const session = sessionCarrierOf(req, res, { ...sessionCookie, clock });
    return createContext({
      requestId: req.id,
      clientAddress: req.ip,
      clientVersion: textOf(req.headers[CLIENT_VERSION_HEADER]),
      authorization: req.headers.authorization,
      ...(session === undefined ? {} : { session }),
    });
  };
  const feeds = addFeedRoute(fastify, { apiPath: API_PATH, clock, metrics, createContext: contextOf });
  await addApi(fastify, {
    apiPath: API_PATH,
    adapter: options.adapter ?? 'thin',
    batchSizeMax: BATCH_SIZE_MAX,
    createContext: contextOf,
  });
  addWellKnown(fastify, composition);
  const { publicUrl, rendererDir } = options;
  const page = addWebPage(fastify, { publicUrl, apiPath: API_PATH, rendererDir });
  await page.load().catch((error: unknown) => log.warn({ err: error }, 'The web page could not be read'));
  return { fastify, endFeeds: feeds.end, startDraining: health.startDraining, loadPage: page.load };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
