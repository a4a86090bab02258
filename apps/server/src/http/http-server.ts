import cors from '@fastify/cors';
import { appRouter, createContextFactory } from '@rsm/api';
import { fastifyTRPCPlugin, type CreateFastifyContextOptions } from '@trpc/server/adapters/fastify';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { HttpComposition } from '../composition.ts';
import { uuidV7Source } from '../ids.ts';
import { withLogContext, type Logger } from '../logging.ts';
import { noMetrics, type Metrics } from '../metrics/metrics.ts';
import { addHealth } from './health.ts';
import { addOpenFeeds } from './open-feeds.ts';
import { addProcessorWebhooks } from './processor-webhooks.ts';
import { addRequestLog } from './request-log.ts';
import { addRequestMetrics } from './request-metrics.ts';
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
}

export const API_PATH = '/api/v1';
export const CLIENT_VERSION_HEADER = 'x-rsm-client-version';

/** The largest input of any procedure is far below; a batch of ten fits. */
const BODY_BYTES_MAX = 256 * 1_024;
/** Time for a whole request to arrive (slow senders keep a connection otherwise). */
const REQUEST_TIMEOUT_MS = 30_000;
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
  const { composition, log, metrics = noMetrics } = options;
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
    requestTimeout: REQUEST_TIMEOUT_MS,
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
  addRequestMetrics(fastify, { metrics, apiPath: API_PATH, procedures });
  addSecurityHeaders(fastify, { isHttps: options.publicUrl.startsWith('https:') });
  const { clock, mode } = composition.serverInfo;
  const sessionCookie = { publicUrl: options.publicUrl, mode, apiPath: API_PATH };
  addSessionCookieGuard(fastify, sessionCookie);
  await addProcessorWebhooks(fastify, composition);
  const feeds = addOpenFeeds(fastify, metrics);
  await fastify.register(cors, {
    origin: [options.desktopOrigin],
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'last-event-id', 'trpc-accept', CLIENT_VERSION_HEADER],
    exposedHeaders: ['x-request-id'],
    credentials: false,
    maxAge: CORS_MAX_AGE_SECONDS,
  });

  const createContext = createContextFactory({
    services: composition.services,
    serverInfo: composition.serverInfo,
    logError: ({ logId, path, error }) => log.error({ err: error, logId, path }, 'A call failed'),
  });
  await fastify.register(fastifyTRPCPlugin, {
    prefix: API_PATH,
    trpcOptions: {
      router: appRouter,
      maxBatchSize: BATCH_SIZE_MAX,
      createContext: ({ req, res }: CreateFastifyContextOptions) => {
        const session = sessionCarrierOf(req, res, { ...sessionCookie, clock });
        return createContext({
          requestId: req.id,
          clientAddress: req.ip,
          clientVersion: textOf(req.headers[CLIENT_VERSION_HEADER]),
          authorization: req.headers.authorization,
          ...(session === undefined ? {} : { session }),
        });
      },
    },
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
