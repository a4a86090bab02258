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
  fastify.get('/health/live', async () => ({ status: 'ok' }));
  fastify.get('/health/ready', async (request, reply) => {
    if (draining) return reply.code(503).send({ status: 'stopping' });
    const limit = new AbortController();
    try {
      await Promise.race([
        composition.checkReady(),
        sleep(READY_TIMEOUT_MS, undefined, { signal: limit.signal }).then(() => {
          throw new Error(`No answer within ${READY_TIMEOUT_MS} ms.`);
        }),
      ]);
      return { status: 'ok' };
    } catch (error) {
      request.log.warn({ err: error }, 'Not ready');
      return reply.code(503).send({ status: 'not_ready' });
    } finally {
      limit.abort();
    }
  });
  return {
    startDraining: () => {
      draining = true;
    },
  };
}
