import type { ServerResponse } from 'node:http';
import { answerUnary, appRouter, readUnaryCalls } from '@rsm/api';
import type { ApiContext } from '@rsm/api';
import { TRPCError } from '@trpc/server';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Which of tRPC's ways a request takes; `official` is what `thin` is held against. */
export type ApiAdapter = 'thin' | 'official';

export interface AddApiOptions {
  readonly apiPath: string;
  readonly adapter: ApiAdapter;
  readonly batchSizeMax: number;
  readonly allowMethodOverride?: boolean;
  readonly createContext: (request: FastifyRequest, reply: FastifyReply) => ApiContext;
}

/** As the official adapter says it: the two headers may bring another form of the answer. */
const JSON_HEADERS = { vary: 'trpc-accept, accept', 'content-type': 'application/json' } as const;

/**
 * The procedures of the API. Calls that are answered in one piece take the thin way (ADR 0018); streams, subscriptions and
 * whatever is rare go through tRPC's official adapter.
 */
export async function addApi(fastify: FastifyInstance, options: AddApiOptions): Promise<void> {
  const { adapter, allowMethodOverride = false, apiPath, batchSizeMax, createContext } = options;
  await fastify.register(async (scope) => {
    // Bodies reach tRPC as they came: it has its own readers, and answers what is no JSON in its own form.
    scope.removeContentTypeParser(['application/json', 'multipart/form-data']);
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    scope.addContentTypeParser('multipart/form-data', (_request, body, done) => done(null, body));

    scope.all<{ Params: { readonly path: string } }>(`${apiPath}/:path`, async (request, reply) => {
      const { body, headers, method, params, url } = request;
      const sent = { method, path: params.path, url, headers, body };
      const unary = adapter === 'thin' ? readUnaryCalls(sent, batchSizeMax) : null;
      if (unary === null) {
        return fastifyRequestHandler({
          router: appRouter,
          maxBatchSize: batchSizeMax,
          allowMethodOverride,
          createContext: () => createContext(request, reply),
          req: request,
          res: reply,
          path: params.path,
        }).catch(refuse);
      }
      const answer = await answerUnary(unary, {
        createContext: () => createContext(request, reply),
        signal: signalOf(reply.raw),
        allowMethodOverride,
      });
      return reply
        .code(answer.status)
        .headers({ ...JSON_HEADERS, ...(answer.allow === null ? {} : { allow: answer.allow }) })
        .serializer(asItIs)
        .send(answer.body);
    });
  });
}

/** What the official adapter can't even make a web request of, such as a host that is none, is its sender's mistake. */
function refuse(error: unknown): never {
  if (!(error instanceof TRPCError)) throw error;
  throw Object.assign(error, { statusCode: getHTTPStatusCodeFromError(error) });
}

/** Without one, Fastify adds a charset to the JSON type of a text, which that type does not have (RFC 8259, section 11). */
const asItIs = (body: string): string => body;

/** Aborts when the connection closes before the answer was written. */
export function signalOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) gone.abort();
  });
  return gone.signal;
}
