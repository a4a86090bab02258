import { callTRPCProcedure } from '@trpc/server';
import { instant } from '@rsm/domain/common/instant';
import { currencySchema } from '@rsm/domain/common/money';
import { userIdSchema } from '@rsm/domain/common/ids';
import type { Actor, Role } from '@rsm/domain/users/user';
import { appRouter } from '../app-router.ts';
import { createContextFactory } from '../context.ts';
import type { ApiContext, ApiRequest, LoggedError } from '../context.ts';
import type { ServerInfoSource, Services } from '../services.ts';
import { sampleIds } from './procedure-matrix.ts';
import type { ListedProcedure } from './procedure-matrix.ts';

/** Services of which every method does the same: only for tests of what happens around the services. */
export function servicesThat(
  answer: (call: { readonly name: string; readonly args: readonly unknown[] }) => unknown,
): Services {
  const service = (noun: string) =>
    new Proxy(
      {},
      {
        get:
          (_target, method) =>
          (...args: readonly unknown[]) =>
            answer({ name: `${noun}.${String(method)}`, args }),
      },
    );
  return new Proxy({}, { get: (_target, noun) => service(String(noun)) }) as Services;
}

/** A person with the given roles; everybody is a renter. */
export function actorWith(...roles: readonly Exclude<Role, 'renter'>[]): Actor {
  return {
    userId: userIdSchema.parse(sampleIds.userId),
    displayName: 'Ada',
    email: 'ada@example.org',
    roles: ['renter', ...roles],
  };
}

export const fakeServerInfo: ServerInfoSource = {
  version: '1.4.0',
  oldestClientVersion: '1.2.0',
  mode: 'demo',
  currency: currencySchema.parse('EUR'),
  tax: { name: 'VAT', basisPoints: 1_900 },
  processorNotice: 'Demo: no real money moves.',
  cardPayments: 'typed',
  clock: { now: () => instant(Date.UTC(2030, 0, 1)) },
};

/** A context with fake services: `actor` is who the token stands for, null means that there is no token. */
export function fakeContext(options: {
  readonly services: Services;
  readonly actor: Actor | null;
  readonly request?: Partial<ApiRequest>;
  readonly logError?: (error: LoggedError) => void;
}): ApiContext {
  const services: Services = new Proxy(options.services, {
    get: (target, noun, receiver) =>
      noun === 'auth'
        ? new Proxy(target.auth, {
            get: (auth, method, authReceiver): unknown =>
              method === 'authenticate' ? async () => options.actor : Reflect.get(auth, method, authReceiver),
          })
        : (Reflect.get(target, noun, receiver) as unknown),
  });
  return createContextFactory({
    services,
    serverInfo: fakeServerInfo,
    logError: options.logError ?? (() => undefined),
  })({
    requestId: 'request-1',
    clientAddress: '203.0.113.9',
    ...(options.actor === null ? {} : { authorization: 'Bearer token-of-ada' }),
    ...options.request,
  });
}

/** Calls a procedure by its path, as an adapter does; a subscription is read to its end. */
export async function callProcedure(
  procedure: Pick<ListedProcedure, 'path' | 'type'>,
  ctx: ApiContext,
  input: unknown,
): Promise<unknown> {
  const result: unknown = await callTRPCProcedure({
    router: appRouter,
    path: procedure.path,
    type: procedure.type,
    ctx,
    getRawInput: async () => input,
    signal: undefined,
    batchIndex: 0,
  });
  if (procedure.type !== 'subscription') return result;
  const messages: unknown[] = [];
  for await (const message of result as AsyncIterable<unknown>) messages.push(message);
  return messages;
}
