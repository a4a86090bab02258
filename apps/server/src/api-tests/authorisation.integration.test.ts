import { createContextFactory } from '@rsm/api';
import { callProcedure, listProcedures, type ListedProcedure } from '@rsm/api/testing';
import { describe, expect, it } from 'vitest';
import type { Actor } from '@rsm/domain/users/user';
import { dumpDatabase, type DatabaseDump } from '../testing/database-dump.ts';
import { useApiScene } from '../testing/use-api-scene.ts';

const apiScene = useApiScene();
const procedures = listProcedures();
const closed = procedures.filter(({ policy }) => ['signed_in', 'provider', 'admin'].includes(policy));

/** Calls as an adapter does, with a real token through the real door. */
async function callAs(actor: Actor | string | null, procedure: ListedProcedure): Promise<unknown> {
  const { product, scene } = apiScene();
  const unexpected: unknown[] = [];
  const createContext = createContextFactory({
    services: product.services,
    serverInfo: product.serverInfo,
    logError: ({ error }) => unexpected.push(error),
  });
  const token = actor === null || typeof actor === 'string' ? actor : product.seed.tokenOf(actor);
  const ctx = createContext({
    requestId: 'request-1',
    clientAddress: '198.51.100.7',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  });
  try {
    return await callProcedure(procedure, ctx, procedure.sample(scene.ids));
  } finally {
    expect(unexpected).toEqual([]);
  }
}

/** What the call before left behind: nothing here may change it, and to look once for each call is half of the work. */
let lastDump: DatabaseDump | undefined;

/** The call is refused with these codes, and every table is as it was. */
async function expectRefusal(
  actor: Actor | string | null,
  procedure: ListedProcedure,
  refusal: { readonly code: string; readonly client: { readonly code: string } },
): Promise<void> {
  const { product } = apiScene();
  const reader = await product.reader();
  const before = (lastDump ??= await dumpDatabase(reader));
  await expect(callAs(actor, procedure)).rejects.toMatchObject(refusal);
  lastDump = await dumpDatabase(reader);
  expect(lastDump).toEqual(before);
}

const unauthenticated = { code: 'UNAUTHORIZED', client: { code: 'unauthenticated' } };
const forbidden = { code: 'FORBIDDEN', client: { code: 'forbidden' } };
const suspended = { code: 'FORBIDDEN', client: { code: 'user_suspended' } };
const notFound = { code: 'NOT_FOUND', client: { code: 'not_found' } };

describe('without a session', () => {
  it.each(closed)('$path is refused', async (procedure) => expectRefusal(null, procedure, unauthenticated));

  it.each(closed)('$path is refused to a token that nobody signed', async (procedure) => {
    const { product, cast } = apiScene();
    const [header, payload] = product.seed.tokenOf(cast.admin).split('.');
    await expectRefusal(`${header ?? ''}.${payload ?? ''}.${'A'.repeat(86)}`, procedure, unauthenticated);
  });

  it.each(
    procedures.filter(
      ({ path, policy }) => policy === 'any_client' || (path.startsWith('listings.') && policy === 'public'),
    ),
  )('$path answers everybody', async (procedure) => {
    await expect(callAs(null, procedure)).resolves.toBeDefined();
  });
});

describe('with the wrong role', () => {
  it.each(closed.filter(({ policy }) => policy === 'provider'))('$path is refused to a renter', async (procedure) =>
    expectRefusal(apiScene().cast.renter.actor, procedure, forbidden),
  );

  it.each(closed.filter(({ policy }) => policy === 'provider'))(
    '$path is refused to an admin who provides nothing',
    async (procedure) => expectRefusal(apiScene().cast.admin, procedure, forbidden),
  );

  it.each(closed.filter(({ policy }) => policy === 'admin'))('$path is refused to a provider', async (procedure) =>
    expectRefusal(apiScene().cast.provider, procedure, forbidden),
  );
});

describe('about somebody else’s things', () => {
  const owned = closed.filter((procedure) => procedure.owned !== null);

  it.each(owned)('$path says that there is no such thing', async (procedure) =>
    expectRefusal(apiScene().cast.stranger, procedure, notFound),
  );

  it('has procedures about every kind of thing but a user, whose owner is himself', () => {
    const kinds = new Set(owned.map((procedure) => procedure.owned));
    expect(kinds).toEqual(
      new Set([
        'benchmarkId',
        'blockId',
        'bookingId',
        'cardId',
        'dataWipeId',
        'disputeId',
        'documentId',
        'listingId',
        'machineId',
        'paymentId',
        'payoutId',
        'sshKeyId',
      ]),
    );
  });
});

describe('as somebody who is suspended, whatever his roles were', () => {
  it.each(closed)('$path is refused', async (procedure) =>
    expectRefusal(apiScene().cast.suspended, procedure, suspended),
  );
});
