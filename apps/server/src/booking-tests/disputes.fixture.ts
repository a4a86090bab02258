import { disputeDetailRead, type DisputeDetailRead } from '@rsm/api/schemas/disputes';
import { callProcedure, fakeContext } from '@rsm/api/testing';
import type { Booking } from '@rsm/domain/bookings/booking';
import type { DisputeId } from '@rsm/domain/common/ids';
import { MINUTE_MS } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import type { DisputeOutcome } from '@rsm/domain/disputes/dispute';
import type { Actor } from '@rsm/domain/users/user';
import { expect } from 'vitest';
import { openMarket, type Market, type MarketOptions } from '../testing/open-market.ts';
import type { TestProduct } from '../testing/test-product.ts';

/** What the booking of an hour cost, and what of it is its provider's. */
export const HOUR_PRICE = 3_600_000n;
export const SHARE = 3_240_000n;
export const STORY = 'The machine was gone for half of the time.';
export const firstPage = { limit: 10, cursor: null };

/** A market with a booking of an hour that is over and cleaned up, and an admin. */
export async function disputedMarket(product: TestProduct, options: MarketOptions = {}) {
  const t = await openMarket(product, options);
  return { ...t, admin: await t.seed.admin(), booking: await over(t) };
}
export type DisputedMarket = Awaited<ReturnType<typeof disputedMarket>>;

/** A booking of an hour that has run out and is cleaned up. */
export async function over(t: Market): Promise<Booking> {
  const booking = await t.active();
  await t.jobs.advance(80 * MINUTE_MS, { stepMs: 20 * MINUTE_MS });
  expect(await t.now(booking)).toMatchObject({ chargedAmount: HOUR_PRICE });
  return booking;
}

export const openAs = async (t: Market, actor: Actor, booking: Pick<Booking, 'id'>) =>
  (await t.services.disputes.open(actor, { bookingId: booking.id, reason: 'not_reachable', text: STORY })).dispute;

/** The input of a decision, with a fresh key. */
export const wish = (t: Market, id: DisputeId, outcome: DisputeOutcome, amount: bigint | null = null) => ({
  idempotencyKey: t.seed.key('decide'),
  id,
  outcome,
  amount: amount === null ? null : amountMicros(amount),
  reason: 'The samples show it.',
});

export async function decide(t: DisputedMarket, id: DisputeId, outcome: DisputeOutcome, amount: bigint | null = null) {
  return (await t.services.disputes.decide(t.admin, wish(t, id, outcome, amount))).dispute;
}

/** What the procedure answers somebody. */
export async function readDispute(t: Market, actor: Actor, id: DisputeId): Promise<DisputeDetailRead> {
  const ctx = fakeContext({ services: t.services, actor });
  return disputeDetailRead.parse(await callProcedure({ path: 'disputes.get', type: 'query' }, ctx, { id }));
}
