import { afterEach, describe, expect, it } from 'vitest';
import { HOUR_MS, plusMs } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { type BookingInvariant, bookingInvariants, findViolations } from '../testing/booking-invariants.ts';
import { openMarket } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();

/** Breaks the database as its owner, looks, and takes everything back. */
async function violationsAfter(sabotage: string): Promise<readonly string[]> {
  const { sql } = product();
  await sql.query('BEGIN');
  // The checks must see what the database itself would refuse, so its own guards are taken away first.
  await sql.query(`
    DO $$ DECLARE c record; BEGIN
      FOR c IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
               WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'x', 'f') AND conparentid = 0 AND coninhcount = 0 LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', c.place, c.conname);
      END LOOP;
      FOR c IN SELECT tgrelid::regclass AS place, tgname AS conname FROM pg_trigger WHERE NOT tgisinternal LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', c.conname, c.place);
      END LOOP;
    END $$`);
  await sql.query(sabotage);
  return findViolations(sql);
}

afterEach(async () => {
  await product().sql.query('ROLLBACK');
});

/** One way to break each of them. */
const sabotages: Readonly<Record<BookingInvariant, string>> = {
  'no two live occupancies of a unit overlap': `
    INSERT INTO occupancies SELECT gen_random_uuid(), unit_id, during, kind, gen_random_uuid(), NULL, true FROM occupancies
    WHERE live LIMIT 1`,
  'every live booking has its live occupancy, and no other state holds the calendar before its end': `
    UPDATE occupancies SET live = NOT live`,
  'an occupancy reaches from the start to the end and its clean-up time': `
    UPDATE occupancies SET during = tstzrange(lower(during), upper(during) - interval '1 minute')`,
  'every transfer sums to zero': `
    UPDATE ledger_entries SET amount_micros = amount_micros + 1 WHERE id = (SELECT max(id) FROM ledger_entries)`,
  'all accounts together are zero': `DELETE FROM ledger_entries WHERE id = (SELECT max(id) FROM ledger_entries)`,
  'every balance is the sum of its entries': `UPDATE ledger_accounts SET balance_micros = balance_micros + 1`,
  'no balance is below zero': `UPDATE ledger_accounts SET balance_micros = -1`,
  'charge and release make the hold, and the charge is never above it': `
    UPDATE bookings SET charged_amount_micros = hold_amount_micros + 1 WHERE status = 'completed'`,
  'the ledger holds what the booking says, until it is settled': `
    UPDATE bookings SET hold_amount_micros = hold_amount_micros + 1 WHERE status = 'scheduled'`,
  'the ledger charged and released what the booking says': `
    UPDATE bookings SET charged_amount_micros = charged_amount_micros - 1, released_amount_micros = released_amount_micros + 1
    WHERE status = 'completed'`,
  'a booking that is over was settled': `
    UPDATE bookings SET charged_amount_micros = NULL, released_amount_micros = NULL WHERE status = 'completed'`,
  'a history is a path of the state graph and ends in the present state': `
    DELETE FROM booking_state_changes WHERE to_status = 'revoking'`,
  'nothing was begun on a unit while an earlier booking was not proven clean': `
    UPDATE data_wipes SET finished_at = finished_at + interval '3 hours'`,
  'at most one booking of a unit is on the machine': `UPDATE bookings SET status = 'active'`,
  'a share is available only after a verified wipe, a decision, a cancellation, or a later week': `
    UPDATE bookings SET status = 'quarantined' WHERE status = 'completed'`,
  'what is pending is what the earnings of the provider still hold back': `
    UPDATE ledger_accounts SET balance_micros = balance_micros + 1 WHERE kind = 'provider_pending'`,
  'the earnings of a booking are the shares of its charges': `UPDATE earnings SET amount_micros = amount_micros + 1`,
  'a dispute gives back what was decided, once, and never above the charge': `
    UPDATE disputes SET refund_micros = refund_micros + 1 WHERE status = 'decided'`,
  'what a booking earned is held back while a dispute about it is open, and no longer': `
    UPDATE earnings SET available_at = '2099-01-01T00:00:00Z'`,
};

describe('the checks of bookings and money', () => {
  it('are silent about two bookings that followed each other and were disputed, and a third to come', async () => {
    const t = await openMarket(product());
    const first = await t.active();
    await t.jobs.advance(2 * HOUR_MS);
    const second = await t.active();
    await t.jobs.advance(2 * HOUR_MS);
    const about = { reason: 'not_reachable', text: 'It was gone for a while.' } as const;
    const { dispute } = await t.services.disputes.open(t.renter.actor, { bookingId: first.id, ...about });
    await t.services.disputes.decide(await t.seed.admin(), {
      idempotencyKey: t.seed.key('decide'),
      id: dispute.id,
      outcome: 'partial',
      amount: amountMicros(1_000_000n),
      reason: 'So it was.',
    });
    await t.services.disputes.open(t.provider, { bookingId: second.id, ...about });
    await t.seed.book(t.renter, t.listing, { start: plusMs(t.clock.now(), HOUR_MS) });
    expect(await findViolations(t.sql)).toEqual([]);
  });

  it.each(Object.keys(bookingInvariants) as BookingInvariant[])('see it when "%s" is broken', async (name) => {
    const violations = await violationsAfter(sabotages[name]);
    expect(violations.filter((violation) => violation.startsWith(`${name}: `))).not.toEqual([]);
  });
});
