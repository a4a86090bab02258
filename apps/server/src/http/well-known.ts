import { certificateJsonSchema } from '@rsm/hosts';
import type { FastifyInstance } from 'fastify';
import type { HttpComposition } from '../composition.ts';

const CACHE = 'public, max-age=300';

/** What a stranger needs to check a report: the keys that sign them, and the form that they have. Both without signing in. */
export function addWellKnown(fastify: FastifyInstance, { services }: Pick<HttpComposition, 'services'>): void {
  fastify.get('/.well-known/jwks.json', async (_request, reply) =>
    reply
      .header('cache-control', CACHE)
      .type('application/jwk-set+json')
      .send(JSON.stringify(services.dataWipes.keySet())),
  );
  fastify.get('/.well-known/wipe-certificate.schema.json', async (_request, reply) =>
    reply.header('cache-control', CACHE).type('application/schema+json').send(JSON.stringify(certificateJsonSchema())),
  );
}
