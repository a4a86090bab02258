import { auditInvariants } from '@rsm/db';
import { useTestDatabase } from '@rsm/db/testing';
import type { Booking } from '@rsm/domain/bookings/booking';
import { HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { PAGE_LIMIT_MAX } from '@rsm/domain/common/page';
import type { Payout } from '@rsm/domain/payouts/payout';
import { afterAll, beforeAll, expect } from 'vitest';
import { FakePayoutGateway, processorWithPayouts } from './fake-payout-gateway.ts';
import { openMarket } from './open-market.ts';
import { createTestProduct, type TestProduct } from './test-product.ts';

/** An hour earns 27.000033: the 33 millionths are less than a cent, and stay. */
export const PRICE_PER_HOUR = 30_000_037n;
export const HOURS_SHARE = 27_000_033n;
export const HOURS_PAYOUT = 27_000_000n;

/**
 * One product over one database for the tests of a file, with payouts in memory. `by_hand` is an installation whose processor
 * pays nobody out.
 */
export function usePayoutMarket(kind: 'gateway' | 'by_hand' = 'gateway', env: Readonly<Record<string, string>> = {}) {
  const database = useTestDatabase();
  const gateway = new FakePayoutGateway();
  const processor = processorWithPayouts(kind === 'gateway' ? gateway : null);
  let product: TestProduct | undefined;
  beforeAll(async () => {
    product = await createTestProduct({ database: database(), paymentProcessor: processor, env });
  });
  afterAll(async () => product?.close());

  return async () => {
    if (product === undefined) throw new Error('The product exists only while tests run.');
    gateway.trouble = 'none';
    gateway.onPayOut = null;
    gateway.onPaid = null;
    gateway.missingAtFirst = [];
    const market = await openMarket(product, { pricePerHour: PRICE_PER_HOUR });
    const { jobs, provider, renter, seed, services, sql } = market;
    const everything = { limit: PAGE_LIMIT_MAX, cursor: null };
    let keys = 0;
    return {
      ...market,
      gateway,
      processor,
      key: () => `payout-key-${String((keys += 1))}`,
      /** An hour is booked, used, cleaned and earned: `HOURS_SHARE` more are available. */
      earnAnHour: async (): Promise<Booking> => {
        const booking = await market.active(HOUR_MS);
        await jobs.advance(90 * MINUTE_MS, { stepMs: 30 * MINUTE_MS });
        return market.now(booking);
      },
      /** A renter gets money back that his provider may have been paid already: what he no longer has is his debt. */
      takeBack: async (booking: Booking, refunded: bigint): Promise<void> => {
        const { dispute } = await services.disputes.open(renter.actor, {
          bookingId: booking.id,
          reason: 'not_reachable',
          text: 'The machine was gone for a part of the time.',
        });
        await services.disputes.decide(await seed.admin(), {
          idempotencyKey: seed.key('decision'),
          id: dispute.id,
          outcome: 'partial',
          amount: amountMicros(refunded),
          reason: 'The records show it.',
        });
      },
      /** The provider's account takes payouts. */
      onboarded: async (): Promise<string> => {
        await services.payouts.startOnboarding(provider);
        const { rows } = await sql.query<{ reference: string }>(
          'SELECT reference FROM payout_accounts WHERE user_id = $1',
          [provider.userId],
        );
        return rows[0]?.reference ?? '';
      },
      request: async (idempotencyKey: string): Promise<Payout> =>
        services.payouts.request(provider, { idempotencyKey }),
      again: async (payout: Payout): Promise<Payout> => (await services.payouts.get(provider, payout)).payout,
      payouts: async (): Promise<readonly Payout[]> => (await services.payouts.list(provider, everything)).items,
      lines: async (payout: Payout) => (await services.payouts.lines(provider, { id: payout.id, ...everything })).items,
      sentOf: (payout: Payout) => gateway.sent.filter(({ payoutId }) => payoutId === payout.id),
      /** What the provider was told about payouts, oldest first. */
      news: async (): Promise<readonly string[]> => {
        const { rows } = await sql.query<{ body: string }>(
          `SELECT body FROM events WHERE audience = $1 AND kind = 'payout_changed' ORDER BY seq`,
          [provider.userId],
        );
        return rows.map(({ body }) => body);
      },
      /** Nothing failed, and the audit finds nothing. */
      audited: async (): Promise<void> => {
        await market.sound();
        const results = await auditInvariants({ connection: sql });
        expect(results.flatMap(({ violations }) => violations)).toEqual([]);
      },
    };
  };
}
