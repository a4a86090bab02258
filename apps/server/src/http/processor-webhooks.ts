import { DomainError } from '@rsm/domain/common/domain-error';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpComposition } from '../composition.ts';

export const WEBHOOKS_PATH = '/webhooks';

/** Processors send one event at a time; the largest known are a tenth of this. */
const WEBHOOK_BYTES_MAX = 512 * 1_024;

/**
 * `POST /webhooks/<processor>`: what a payment processor says by itself. Not a call of the API: no session, no CORS, no version
 * of a client. The body is read byte for byte, because its signature is about the bytes.
 */
export async function addProcessorWebhooks(
  fastify: FastifyInstance,
  composition: Pick<HttpComposition, 'processorInbox'>,
): Promise<void> {
  await fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post<{ Params: { readonly processor: string } }>(
      `${WEBHOOKS_PATH}/:processor`,
      { bodyLimit: WEBHOOK_BYTES_MAX, config: { cors: false } },
      async (request, reply) => {
        const { processor } = request.params;
        const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
        try {
          // Stored is enough: what is known already is as good as new. The processor must not send it again.
          await composition.processorInbox.receive({ processor, body, signature: signatureIn(request, processor) });
          return await reply.code(200).send({ received: true });
        } catch (error) {
          return refuse(request, reply, error);
        }
      },
    );
  });
}

/** Each processor names its own header: `stripe-signature`. */
function signatureIn(request: FastifyRequest, processor: string): string | null {
  const header = request.headers[`${processor.toLowerCase()}-signature`];
  return typeof header === 'string' ? header : null;
}

/** Anything but 2xx makes the processor send it again, which is right only for what was not stored. */
async function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): Promise<FastifyReply> {
  const logId = request.id;
  if (error instanceof DomainError && (error.code === 'invalid_input' || error.code === 'not_found')) {
    request.log.warn({ code: error.code, reason: error.message }, 'A webhook was refused');
    const { code, field, message } = error;
    return reply.code(code === 'not_found' ? 404 : 400).send({ error: { code, message, field, logId } });
  }
  request.log.error({ err: error }, 'A webhook could not be stored');
  return reply.code(503).send({ error: { code: 'busy', message: 'It could not be stored. Send it again.', logId } });
}
