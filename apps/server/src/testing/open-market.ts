import { HOUR_MS } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import type { Booking } from '@rsm/domain/bookings/booking';
import type { AccessMode } from '@rsm/domain/machines/machine';
import type { CancellationPolicy } from '@rsm/domain/listings/listing';
import { expect } from 'vitest';
import { findViolations } from './booking-invariants.ts';
import { SEED_PRICE } from './seeder.ts';
import type { TestProduct } from './test-product.ts';

export interface MarketOptions {
  readonly policy?: CancellationPolicy;
  /** Less than the usual one, for bookings of weeks. */
  readonly pricePerHour?: bigint;
  readonly accessMode?: AccessMode;
}

/** A listed machine, a renter, and short words for what the tests do and look at. */
export async function openMarket(product: TestProduct, options: MarketOptions = {}) {
  const { clock, jobs, seed, services, sql } = product;
  await jobs.forgetProbes();
  const pricePerHour = amountMicros(options.pricePerHour ?? SEED_PRICE);
  const market = await seed.listing({
    terms: { cancellationPolicy: options.policy ?? 'flexible', pricePerHour },
    accessMode: options.accessMode ?? 'unix_user',
  });
  const renter = await seed.renter();
  const wallet = await seed.walletOf(renter.actor);
  const now = async (booking: Booking) => (await services.bookings.get(renter.actor, booking)).booking;
  return {
    ...product,
    ...market,
    renter,
    wallet,
    now,
    statusOf: async (booking: Booking) => (await now(booking)).status,
    spent: async () => wallet - (await seed.walletOf(renter.actor)),
    earnings: async () => services.payments.earnings(market.provider),
    accountOf: async (booking: Booking) => {
      const { rows } = await sql.query<{ account_name: string }>(
        'SELECT account_name FROM access_grants WHERE booking_id = $1',
        [booking.id],
      );
      return rows[0]?.account_name ?? '';
    },
    eventsOf: async (booking: Booking) => {
      const { rows } = await sql.query<{ kind: string }>(
        'SELECT kind FROM events WHERE audience = $1 AND subject_id = $2 ORDER BY seq',
        [renter.actor.userId, booking.id],
      );
      return rows.map(({ kind }) => kind);
    },
    machineNow: async () => services.machines.get(market.provider, { id: market.machine.id }),
    /** A booking of an hour that began now and works. */
    active: async (durationMs = HOUR_MS) => {
      const booking = await seed.book(renter, market.listing, { durationMs });
      await jobs.runDue();
      expect(await now(booking)).toMatchObject({ status: 'active', readyAt: clock.now() });
      return booking;
    },
    sound: async () => {
      expect(await findViolations(sql)).toEqual([]);
      expect(jobs.failures).toEqual([]);
    },
  };
}

export type Market = Awaited<ReturnType<typeof openMarket>>;
