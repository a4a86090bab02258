import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMs } from '@rsm/domain/common/instant';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { Booking } from '@rsm/domain/bookings/booking';
import type { Listing } from '@rsm/domain/listings/listing';
import { findViolations } from '../testing/booking-invariants.ts';
import { SEED_PRICE, type SeededRenter } from '../testing/seeder.ts';
import { POOL_MAX_CROWD } from '../testing/test-product.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct({ poolMax: POOL_MAX_CROWD });

interface Outcomes {
  readonly booked: readonly Booking[];
  readonly refused: readonly DomainError[];
}

/** Waits for all; anything but a booking or a clear refusal fails the test. */
async function outcomesOf(calls: readonly Promise<Booking>[]): Promise<Outcomes> {
  const booked: Booking[] = [];
  const refused: DomainError[] = [];
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === 'fulfilled') booked.push(result.value);
    else if (result.reason instanceof DomainError) refused.push(result.reason);
    else throw result.reason;
  }
  return { booked, refused };
}

function countOf(codes: readonly DomainError[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...new Set(codes.map(({ code }) => code))].map((code) => [
      code,
      codes.filter((error) => error.code === code).length,
    ]),
  );
}

async function rowCount(table: string, where: string, values: readonly unknown[]): Promise<number> {
  const { rows } = await product().sql.query<{ count: string }>(`SELECT count(*) FROM ${table} WHERE ${where}`, [
    ...values,
  ]);
  return Number(rows[0]?.count);
}

describe('many at once', () => {
  it('200 requests of 40 people for one window of one unit: one gets it, 199 are told that it is taken, and no money hangs', async () => {
    const { clock, seed, services, sql } = product();
    const { listing } = await seed.listing();
    const renters: SeededRenter[] = [];
    for (let n = 0; n < 40; n += 1) renters.push(await seed.renter({ wallet: 5_000_000n }));
    const start = plusMs(clock.now(), HOUR_MS);
    const askers = Array.from({ length: 5 }, () => renters).flat();
    const { booked, refused } = await outcomesOf(askers.map((renter) => seed.book(renter, listing, { start })));
    expect(booked).toHaveLength(1);
    expect(countOf(refused)).toEqual({ window_taken: 199 });
    expect(refused.every(({ remedy }) => remedy !== undefined)).toBe(true);
    expect(await rowCount('bookings', 'unit_id = $1', [listing.unitId])).toBe(1);
    expect(await rowCount('occupancies', 'unit_id = $1', [listing.unitId])).toBe(1);
    expect(await rowCount('ledger_transfers', `kind = 'hold'`, [])).toBe(1);
    const wallets = await Promise.all(renters.map((renter) => services.payments.wallet(renter.actor)));
    expect(wallets.filter(({ held }) => held > 0n)).toHaveLength(1);
    expect(wallets.reduce((sum, { available, held }) => sum + available + held, 0n)).toBe(40n * 5_000_000n);
    expect(await findViolations(sql)).toEqual([]);
  });

  it('overlapping windows of one unit never overlap in the calendar, whoever was faster', async () => {
    const { clock, seed, sql } = product();
    const { listing } = await seed.listing();
    const renter = await seed.renter({ wallet: 2_000_000_000n });
    const starts = Array.from({ length: 100 }, (_, n) => plusMs(clock.now(), HOUR_MS + n * 7 * 60_000));
    const { booked, refused } = await outcomesOf(starts.map((start) => seed.book(renter, listing, { start })));
    expect(booked.length).toBeGreaterThanOrEqual(5);
    expect(countOf(refused)).toEqual({ window_taken: 100 - booked.length });
    expect(await findViolations(sql)).toEqual([]);
  });

  it(
    'one request sent a thousand times with one key: one effect and a thousand equal answers',
    { tags: 'deep', timeout: 60_000 },
    async () => {
      const { clock, seed, services, sql } = product();
      const { listing } = await seed.listing();
      const renter = await seed.renter();
      const before = await seed.walletOf(renter.actor);
      const wish = seed.wish(renter, listing, { start: plusMs(clock.now(), HOUR_MS) });
      const answers = await Promise.all(
        Array.from({ length: 1_000 }, () => services.bookings.create(renter.actor, { ...wish })),
      );
      expect(
        new Set(
          answers.map((answer) =>
            JSON.stringify(answer, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
          ),
        ).size,
      ).toBe(1);
      expect(await rowCount('bookings', 'renter_id = $1', [renter.actor.userId])).toBe(1);
      expect(before - (await seed.walletOf(renter.actor))).toBe(SEED_PRICE);
      expect(await findViolations(sql)).toEqual([]);

      await expect(
        services.bookings.create(renter.actor, { ...wish, durationMs: wish.durationMs + 1 }),
      ).rejects.toMatchObject({ code: 'idempotency_conflict', field: 'idempotencyKey' });
      // The key belongs to one person: somebody else's same key is another wish.
      const other = await seed.renter();
      await expect(
        services.bookings.create(other.actor, { ...wish, sshKeyIds: [other.sshKeyId] }),
      ).rejects.toMatchObject({ code: 'window_taken' });
    },
  );

  it('one extension sent a hundred times with one key is paid once', { tags: 'deep' }, async () => {
    const { clock, seed, services, sql } = product();
    const { listing } = await seed.listing();
    const renter = await seed.renter();
    const booking = await seed.book(renter, listing, { start: plusMs(clock.now(), HOUR_MS) });
    const before = await seed.walletOf(renter.actor);
    const wish = {
      idempotencyKey: seed.key('extend'),
      id: booking.id,
      newEnd: plusMs(booking.end, HOUR_MS),
      acceptedAdditional: null,
    };
    const answers = await Promise.all(Array.from({ length: 100 }, () => services.bookings.extend(renter.actor, wish)));
    expect(new Set(answers.map(({ end, holdAmount }) => `${String(end)} ${holdAmount.toString()}`)).size).toBe(1);
    expect(before - (await seed.walletOf(renter.actor))).toBe(SEED_PRICE);
    expect(await findViolations(sql)).toEqual([]);
  });

  it('one top-up sent a hundred times with one key is charged once', { tags: 'deep' }, async () => {
    const { seed, services, sql } = product();
    const renter = await seed.renter({ wallet: 5_000_000n });
    const wish = { idempotencyKey: seed.key('top-up'), amount: SEED_PRICE * 10n, source: '4242424242424242' };
    const amount = (await services.payments.wallet(renter.actor)).available;
    const input = { ...wish, amount };
    await Promise.all(Array.from({ length: 100 }, () => services.payments.topUp(renter.actor, input)));
    expect(await seed.walletOf(renter.actor)).toBe(10_000_000n);
    await expect(
      services.payments.topUp(renter.actor, { ...input, idempotencyKey: 'fresh-key', source: '4000000000000002' }),
    ).rejects.toMatchObject({ code: 'payment_declined', field: 'source' });
    expect(await findViolations(sql)).toEqual([]);
  });

  it('50 bookings of one renter whose wallet covers three: three are made, the others are told why not', async () => {
    const { clock, seed, services, sql } = product();
    const renter = await seed.renter({ wallet: 3n * SEED_PRICE + 1_000_000n });
    const provider = await seed.provider();
    const listings: Listing[] = [];
    for (let n = 0; n < 10; n += 1) listings.push((await seed.listing({ provider })).listing);
    const start = plusMs(clock.now(), HOUR_MS);
    const calls = Array.from({ length: 50 }, (_, n) => {
      const listing = listings[n % listings.length];
      if (listing === undefined) throw new Error('There is a listing for each.');
      return seed.book(renter, listing, { start: plusMs(start, Math.trunc(n / 10) * 2 * HOUR_MS) });
    });
    const { booked, refused } = await outcomesOf(calls);
    expect(booked).toHaveLength(3);
    expect(countOf(refused)).toEqual({ insufficient_funds: 47 });
    expect(await services.payments.wallet(renter.actor)).toMatchObject({
      available: 1_000_000n,
      held: 3n * SEED_PRICE,
    });
    expect(await findViolations(sql)).toEqual([]);
  });

  it(
    'booking, blocking, extending and cancelling one unit at once leave a sound calendar',
    { tags: 'deep' },
    async () => {
      const { clock, seed, services, sql } = product();
      const { listing, provider, machine } = await seed.listing();
      const renter = await seed.renter({ wallet: 2_000_000_000n });
      const at = (hours: number) => plusMs(clock.now(), hours * HOUR_MS);
      const made = [];
      for (let n = 0; n < 5; n += 1) made.push(await seed.book(renter, listing, { start: at(2 + n * 4) }));
      await Promise.allSettled(
        made.flatMap((booking, n) => [
          services.bookings.cancel(renter.actor, booking),
          services.bookings.cancelAsProvider(provider, { id: booking.id, reason: 'The power fails.' }),
          services.bookings.extend(renter.actor, {
            idempotencyKey: seed.key('extend'),
            id: booking.id,
            newEnd: at(5 + n * 4),
            acceptedAdditional: null,
          }),
          seed.book(renter, listing, { start: at(2 + n * 4) }),
          services.machines.blockTime(provider, {
            id: machine.id,
            kind: 'maintenance',
            range: { start: at(3 + n * 4), end: at(4 + n * 4) },
            note: null,
          }),
        ]),
      );
      expect(await findViolations(sql)).toEqual([]);
    },
  );
});
