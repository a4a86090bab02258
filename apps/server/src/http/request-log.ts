import type { FastifyError, FastifyInstance } from 'fastify';

/** Health checks come every few seconds and say nothing. */
const QUIET_PATHS = /^\/health\//;

/** One line per request. The query is left out: it holds the input of calls. */
export function addRequestLog(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const line = { method: request.method, path, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    if (QUIET_PATHS.test(path)) request.log.debug(line, 'request');
    else request.log.info(line, 'request');
    done();
  });

  fastify.setNotFoundHandler(async (request, reply) =>
    reply.code(404).send({ error: { code: 'not_found', message: 'There is nothing here.', logId: request.id } }),
  );

  // What fails before a procedure is reached: a body too large, a type nobody reads, a header too long.
  fastify.setErrorHandler(async (error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) {
      return reply.code(status).send({ error: { code: 'invalid_input', message: error.message, logId: request.id } });
    }
    request.log.error({ err: error }, 'A request failed');
    const message = 'Something went wrong on our side. The number says where to look in the log.';
    return reply.code(500).send({ error: { code: 'internal', message, logId: request.id } });
  });
}
