import type { FastifyInstance } from 'fastify';

/**
 * Headers of every answer (OWASP Secure Headers). The API serves no documents, so it may load nothing and be framed by
 * nobody; a page that needs more sets its own policy. Answers are private unless a route says otherwise.
 */
export function addSecurityHeaders(fastify: FastifyInstance, options: { readonly isHttps: boolean }): void {
  const headers = new Headers({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(options.isHttps ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  });
  fastify.addHook('onRequest', (_request, reply, done) => {
    // Below Fastify's own headers, so that a route's choice wins.
    reply.raw.setHeaders(headers);
    done();
  });
}
