import { describe, expect, it } from 'vitest';
import { DomainError } from '@rsm/domain/common/domain-error';
import { actorWith, callProcedure, fakeContext, servicesThat } from '../testing/fake-services.ts';
import { listProcedures, sampleIds } from '../testing/procedure-matrix.ts';

const procedures = listProcedures();
const untouched = servicesThat(({ name }) => {
  throw new Error(`${name} was reached`);
});
const reached = servicesThat(() => {
  throw new DomainError('busy', 'reached');
});

describe('policies', () => {
  const closed = procedures.filter(({ policy }) => ['signed_in', 'provider', 'admin'].includes(policy));

  it.each(closed)('refuse $path without a session, before looking at the input', async (procedure) => {
    const ctx = fakeContext({ services: untouched, actor: null });
    for (const input of [procedure.sample(sampleIds), { nonsense: true }]) {
      await expect(callProcedure(procedure, ctx, input)).rejects.toMatchObject({
        code: 'UNAUTHORIZED',
        client: { code: 'unauthenticated' },
      });
    }
  });

  it.each(closed.filter(({ policy }) => policy === 'provider'))('refuse $path to a renter', async (procedure) => {
    const ctx = fakeContext({ services: untouched, actor: actorWith() });
    await expect(callProcedure(procedure, ctx, procedure.sample(sampleIds))).rejects.toMatchObject({
      code: 'FORBIDDEN',
      client: { code: 'forbidden', remedy: 'Open a provider profile in your account, or wait until it is approved.' },
    });
  });

  it.each(closed.filter(({ policy }) => policy === 'provider'))(
    'refuse $path to an admin who provides nothing',
    async (procedure) => {
      const ctx = fakeContext({ services: untouched, actor: actorWith('admin') });
      await expect(callProcedure(procedure, ctx, procedure.sample(sampleIds))).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    },
  );

  it.each(closed.filter(({ policy }) => policy === 'admin'))('refuse $path to a provider', async (procedure) => {
    const ctx = fakeContext({ services: untouched, actor: actorWith('provider') });
    await expect(callProcedure(procedure, ctx, procedure.sample(sampleIds))).rejects.toMatchObject({
      code: 'FORBIDDEN',
      client: { code: 'forbidden' },
    });
  });

  it('refuse a suspended person with the code of the service', async () => {
    const services = servicesThat(() => {
      throw new DomainError('user_suspended', 'This account is suspended.');
    });
    const ctx = {
      ...fakeContext({ services: untouched, actor: null }),
      authenticate: async () => services.auth.authenticate('x'),
    };
    await expect(callProcedure({ path: 'users.me', type: 'query' }, ctx, undefined)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      client: { code: 'user_suspended' },
    });
  });

  it('let a visitor look at a listing, but refuse a token that is not valid any more', async () => {
    const seen: unknown[] = [];
    const services = servicesThat(({ args }) => {
      seen.push(args[0]);
      throw new DomainError('not_found', 'gone');
    });
    const procedure = { path: 'listings.get', type: 'query' } as const;
    const visitor = fakeContext({ services, actor: null });
    await expect(callProcedure(procedure, visitor, { id: sampleIds.listingId })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const ada = actorWith();
    await expect(
      callProcedure(procedure, fakeContext({ services, actor: ada }), { id: sampleIds.listingId }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(seen).toEqual([null, ada]);
    const expired = {
      ...visitor,
      accessToken: 'expired',
      authenticate: async () => {
        throw new DomainError('unauthenticated', 'The token has ended.');
      },
    };
    await expect(callProcedure(procedure, expired, { id: sampleIds.listingId })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
  });
});

describe('the age of a client', () => {
  const wallet = { path: 'payments.wallet', type: 'query' } as const;
  const withVersion = (clientVersion: string) =>
    fakeContext({ services: reached, actor: actorWith(), request: { clientVersion } });

  it('older than the oldest one served is told to update', async () => {
    await expect(callProcedure(wallet, withVersion('1.1.9'), undefined)).rejects.toMatchObject({
      client: { code: 'client_too_old', remedy: 'Update the app and try again.' },
    });
  });

  it.each(['1.2.0', '1.10.0', '2.0.0-beta.1', 'something else', ''])('"%s" is served', async (version) => {
    await expect(callProcedure(wallet, withVersion(version), undefined)).rejects.toMatchObject({
      client: { code: 'busy' },
    });
  });

  it('does not matter to server.info, which says what to update to', async () => {
    await expect(
      callProcedure({ path: 'server.info', type: 'query' }, withVersion('0.0.1'), undefined),
    ).resolves.toMatchObject({
      version: '1.4.0',
      oldestClientVersion: '1.2.0',
      processorNotice: 'Demo: no real money moves.',
      cardPayments: 'typed',
    });
  });
});
