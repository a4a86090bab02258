import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpServer, type HttpServerOptions } from './http-server.ts';

export interface StartHttpOptions extends HttpServerOptions {
  readonly host: string;
  readonly port: number;
  /** How long it goes on answering after `stop`, with its readiness red; 0 when absent. */
  readonly drainMs?: number;
}

export interface RunningHttp {
  /** The port that was really taken. */
  readonly port: number;
  /** Reads the built client anew; false when there is none. */
  readonly loadPage: () => Promise<boolean>;
  /**
   * Says that it is not ready and goes on answering for `drainMs`, so that a load balancer turns away from it. Then it ends the
   * feeds, answers what has begun within the limit, cuts the rest, and frees the port. A second call waits too.
   */
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 5_000;
const PORTS_TRIED_MAX = 20;

/** The port is taken, in words for whoever starts the server. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  constructor(host: string, port: number) {
    super(`Port ${port} of ${host} is taken by another program. Stop that program, or set HTTP_PORT to a free port.`);
  }
}

/**
 * Begins to answer requests.
 * @throws PortTakenError when another program listens there.
 */
export async function startHttp(options: StartHttpOptions): Promise<RunningHttp> {
  const { fastify, endFeeds, startDraining, loadPage } = await createHttpServer(options);
  try {
    await fastify.listen({ host: options.host, port: options.port });
  } catch (error) {
    await fastify.close();
    if (isTaken(error)) throw new PortTakenError(options.host, options.port);
    throw error;
  }
  const address = fastify.server.address();

  async function end(): Promise<void> {
    startDraining();
    await sleep(options.drainMs ?? 0);
    // Not before: their clients come back at once, and would come back here.
    endFeeds();
    const closed = fastify.close();
    const limit = new AbortController();
    const late = sleep(STOP_TIMEOUT_MS, undefined, { signal: limit.signal }).then(
      () => fastify.server.closeAllConnections(),
      () => undefined,
    );
    await closed;
    limit.abort();
    await late;
  }

  let ended: Promise<void> | undefined;
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    loadPage,
    stop: async () => (ended ??= end()),
  };
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

/**
 * The first free port from the given one on. Somebody may take it before it is used; then the start says so.
 * @throws PortTakenError when none of the next twenty is free.
 */
export async function findFreePort(host: string, from: number): Promise<number> {
  for (let port = from; port < Math.min(from + PORTS_TRIED_MAX, 65_536); port += 1) {
    if (await isFree(host, port)) return port;
  }
  throw new PortTakenError(host, from);
}

async function isFree(host: string, port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen({ host, port, exclusive: true }, resolve);
    });
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  } finally {
    await new Promise((resolve) => probe.close(resolve));
  }
}
