import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { HttpComposition } from '../composition.ts';

const READY_TIMEOUT_MS = 2_000;

/**
 * `/health/live`: the process answers; restart it when it does not. `/health/ready`: it can serve; send it no requests
 * when it can't. What is wrong goes to the log and not to whoever asks.
 */
export function addHealth(
  fastify: FastifyInstance,
  composition: Pick<HttpComposition, 'checkReady'>,
): { readonly startDraining: () => void } {
  let draining = false;
  // Whoever holds a connection lets go of it after this answer, and is not cut off when the port closes.
  fastify.addHook('onRequest', (_request, reply, done) => {
    if (draining) reply.raw.setHeader('connection', 'close');
    done();
  });
  fastify.get('/health/live', async () => ({ status: 'ok' }));
  fastify.get('/health/ready', async (request, reply) => {
    if (draining) return reply.code(503).send({ status: 'stopping' });
    const problem = await problemOf(composition);
    if (problem === undefined) return reply.send({ status: 'ok' });
    request.log.warn({ err: problem }, 'Not ready');
    return reply.code(503).send({ status: 'not_ready' });
  });
  return {
    startDraining: () => {
      draining = true;
    },
  };
}

async function problemOf(composition: Pick<HttpComposition, 'checkReady'>): Promise<unknown> {
  const limit = new AbortController();
  const late = sleep(READY_TIMEOUT_MS, undefined, { signal: limit.signal }).then(() => {
    throw new Error(`No answer within ${READY_TIMEOUT_MS} ms.`);
  });
  try {
    await Promise.race([composition.checkReady(), late]);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    late.catch(() => undefined);
    limit.abort();
  }
}
