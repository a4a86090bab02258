import type { Client } from 'pg';

/*
 * What is always true of the ledger and of the rows that are its causes, as plain SQL that shares nothing with the product. Each
 * query returns one text per violation.
 */

/** Which accounts a kind of transfer touches, and in which direction: 1 takes in, -1 gives out, 0 either. */
const MOVES = `(VALUES
  ('top_up', 'wallet', 1), ('top_up', 'clearing', -1),
  ('manual_credit', 'wallet', 1), ('manual_credit', 'adjustments', -1),
  ('manual_debit', 'wallet', -1), ('manual_debit', 'adjustments', 1),
  ('hold', 'wallet', -1), ('hold', 'hold', 1),
  ('charge', 'hold', -1), ('charge', 'provider_pending', 1), ('charge', 'platform_revenue', 1),
  ('charge_returned', 'hold', 1), ('charge_returned', 'platform_revenue', -1), ('charge_returned', 'provider_pending', -1),
  ('charge_returned', 'provider_available', -1), ('charge_returned', 'losses', -1),
  ('release', 'hold', -1), ('release', 'wallet', 1),
  ('earning_available', 'provider_pending', -1), ('earning_available', 'provider_available', 1),
  ('payout', 'provider_available', -1), ('payout', 'clearing', 1),
  ('payout_reversed', 'provider_available', 1), ('payout_reversed', 'clearing', -1),
  ('refund', 'wallet', -1), ('refund', 'clearing', 1),
  ('refund_reversed', 'wallet', 1), ('refund_reversed', 'clearing', -1),
  ('chargeback', 'clearing', 1), ('chargeback', 'wallet', -1), ('chargeback', 'losses', -1),
  ('chargeback_reversed', 'clearing', -1), ('chargeback_reversed', 'wallet', 1), ('chargeback_reversed', 'losses', 1),
  ('dispute_refund', 'wallet', 1), ('dispute_refund', 'platform_revenue', -1), ('dispute_refund', 'provider_pending', -1),
  ('dispute_refund', 'provider_available', -1), ('dispute_refund', 'losses', -1),
  ('debt_repaid', 'wallet', -1), ('debt_repaid', 'provider_pending', -1), ('debt_repaid', 'provider_available', -1),
  ('debt_repaid', 'losses', 1)) AS move (kind, account, direction)`;

/** What a transfer moves: what its accounts take in. */
const MOVED = `(SELECT transfer_id, sum(amount_micros) FILTER (WHERE amount_micros > 0) AS amount FROM ledger_entries
  GROUP BY transfer_id)`;

export const ledgerLaws = {
  'every transfer sums to zero': `
    SELECT format('transfer %s sums to %s', transfer_id, sum(amount_micros)) AS violation
    FROM ledger_entries GROUP BY transfer_id, currency HAVING sum(amount_micros) <> 0`,

  'all accounts together are zero': `
    SELECT format('%s %s', sum(amount), currency) AS violation FROM (
      SELECT currency, balance_micros AS amount FROM ledger_accounts
      UNION ALL SELECT currency, amount_micros FROM ledger_entries WHERE house_account IS NOT NULL) account
    GROUP BY currency HAVING sum(amount) <> 0`,

  'every balance is the sum of its entries': `
    SELECT format('account %s (%s) says %s, its entries %s', a.id, a.kind, a.balance_micros, coalesce(e.total, 0)) AS violation
    FROM ledger_accounts a
    LEFT JOIN (SELECT account_id, sum(amount_micros) AS total FROM ledger_entries GROUP BY account_id) e ON e.account_id = a.id
    WHERE a.balance_micros <> coalesce(e.total, 0)`,

  'no account of a person or a booking is below zero': `
    SELECT format('account %s (%s) has %s', id, kind, balance_micros) AS violation
    FROM ledger_accounts WHERE balance_micros < 0`,

  'charge and release are the hold, and the charge is never above it': `
    SELECT format('booking %s: charged %s, released %s, held %s, settled %s', id, charged_amount_micros,
      released_amount_micros, hold_amount_micros, settled_amount_micros) AS violation
    FROM bookings WHERE charged_amount_micros + released_amount_micros <> hold_amount_micros
      OR charged_amount_micros NOT BETWEEN 0 AND hold_amount_micros
      OR settled_amount_micros NOT BETWEEN 0 AND hold_amount_micros`,

  'a transfer moves money only between the accounts of its kind': `
    SELECT format('transfer %s (%s) moves %s on %s', t.id, t.kind, e.amount_micros, coalesce(a.kind, e.house_account)) AS violation
    FROM ledger_entries e JOIN ledger_transfers t ON t.id = e.transfer_id LEFT JOIN ledger_accounts a ON a.id = e.account_id
    WHERE NOT EXISTS (SELECT FROM ${MOVES} WHERE move.kind = t.kind AND move.account = coalesce(a.kind, e.house_account)
      AND move.direction = sign(e.amount_micros))`,

  'a transfer of a payment is of its amount, its person and its kind': `
    SELECT format('transfer %s (%s, %s) of payment %s (%s, %s, %s)', t.id, t.kind, moved.amount, p.id, p.kind, p.status,
      p.amount_micros) AS violation
    FROM ledger_transfers t LEFT JOIN payments p ON p.id = t.payment_id LEFT JOIN ${MOVED} moved ON moved.transfer_id = t.id
    WHERE t.kind IN ('top_up', 'manual_credit', 'manual_debit', 'payout', 'payout_reversed', 'refund', 'refund_reversed',
        'chargeback', 'chargeback_reversed')
      AND (p.id IS NULL OR t.booking_id IS NOT NULL OR p.kind <> replace(t.kind, '_reversed', '')
        OR moved.amount IS DISTINCT FROM p.amount_micros
        OR EXISTS (SELECT FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
          WHERE e.transfer_id = t.id AND a.user_id IS DISTINCT FROM p.user_id))`,

  'a transfer of a booking has its booking and its people': `
    SELECT format('transfer %s (%s) of booking %s touches account %s (%s)', t.id, t.kind, t.booking_id, a.id, a.kind) AS violation
    FROM ledger_transfers t JOIN ledger_entries e ON e.transfer_id = t.id LEFT JOIN ledger_accounts a ON a.id = e.account_id
    LEFT JOIN bookings b ON b.id = t.booking_id
    WHERE t.kind IN ('hold', 'charge', 'charge_returned', 'release', 'earning_available', 'dispute_refund')
      AND (b.id IS NULL OR t.payment_id IS NOT NULL
        OR (a.kind = 'wallet' AND a.user_id <> b.renter_id) OR (a.kind = 'hold' AND a.booking_id <> b.id)
        OR (a.kind IN ('provider_pending', 'provider_available') AND a.user_id <> b.provider_id))`,

  'every payment has exactly the transfers of its state': `
    SELECT format('payment %s (%s, %s) has %s transfers and %s of them back', p.id, p.kind, p.status, moved.forth, moved.back)
      AS violation
    FROM payments p LEFT JOIN payouts o ON o.payment_id = p.id CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE t.kind = p.kind) AS forth, count(*) FILTER (WHERE t.kind = p.kind || '_reversed') AS back
      FROM ledger_transfers t WHERE t.payment_id = p.id) moved
    WHERE moved.forth <> CASE WHEN p.kind = 'top_up' AND p.status <> 'succeeded' THEN 0 ELSE 1 END
      OR moved.back <> CASE
        WHEN p.kind IN ('refund', 'payout') AND (p.status IN ('failed', 'cancelled')
          OR coalesce(p.reversed_at, o.reversed_at) IS NOT NULL) THEN 1
        WHEN p.kind = 'chargeback' AND (p.status = 'cancelled' OR p.reversed_at IS NOT NULL) THEN 1
        ELSE 0 END`,

  'a booking is held once for each price, and released once': `
    SELECT format('booking %s: %s holds for %s prices, %s releases', b.id, moved.holds, segments.count, moved.releases) AS violation
    FROM bookings b
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE t.kind = 'hold') AS holds, count(*) FILTER (WHERE t.kind = 'release') AS releases
      FROM ledger_transfers t WHERE t.booking_id = b.id) moved
    CROSS JOIN LATERAL (SELECT count(*) FROM booking_price_segments s WHERE s.booking_id = b.id) segments
    WHERE moved.holds <> segments.count
      OR moved.releases <> CASE WHEN coalesce(b.released_amount_micros, 0) > 0 THEN 1 ELSE 0 END`,

  'what is pending is what the earnings hold back': `
    SELECT format('provider %s has %s pending, %s are held back', a.user_id, a.balance_micros, coalesce(held.total, 0)) AS violation
    FROM ledger_accounts a LEFT JOIN (
      SELECT provider_id, sum(amount_micros - taken_micros) AS total FROM earnings WHERE available_at IS NULL
      GROUP BY provider_id) held ON held.provider_id = a.user_id
    WHERE a.kind = 'provider_pending' AND a.balance_micros <> coalesce(held.total, 0)`,

  'a share is available only when nothing holds it back any more': `
    SELECT format('part %s of booking %s (%s), available %s, reserved until %s', e.part, b.id, b.status, e.available_at,
      e.reserved_until) AS violation
    FROM earnings e JOIN bookings b ON b.id = e.booking_id LEFT JOIN data_wipes w ON w.booking_id = b.id
    WHERE e.available_at IS NOT NULL AND (
      e.disputed_at IS NOT NULL OR e.earned_at IS NULL OR e.available_at < e.earned_at OR e.available_at < e.reserved_until
      OR NOT (w.status = 'verified' OR w.released_at IS NOT NULL OR e.part + 1 < b.settled_weeks
        OR (w.id IS NULL AND b.status = 'cancelled')))`,

  'a decided dispute gives back what was decided, in one transfer': `
    SELECT format('booking %s: disputes gave back %s of a charge of %s, the ledger %s in %s transfers', b.id, d.total,
      b.charged_amount_micros, coalesce(moved.total, 0), coalesce(moved.count, 0)) AS violation
    FROM (SELECT booking_id, sum(refund_micros) AS total, count(*) FILTER (WHERE refund_micros > 0) AS count FROM disputes
      GROUP BY booking_id) d
    JOIN bookings b ON b.id = d.booking_id
    LEFT JOIN (
      SELECT t.booking_id, sum(moved.amount) AS total, count(*) AS count
      FROM ledger_transfers t JOIN ${MOVED} moved ON moved.transfer_id = t.id WHERE t.kind = 'dispute_refund'
      GROUP BY t.booking_id) moved ON moved.booking_id = b.id
    WHERE coalesce(d.total, 0) <> coalesce(moved.total, 0) OR d.count <> coalesce(moved.count, 0)
      OR d.total > coalesce(b.charged_amount_micros, 0)`,

  'what an open dispute is about is held back': `
    SELECT format('part %s of booking %s is not held back for dispute %s', e.part, e.booking_id, d.id) AS violation
    FROM disputes d JOIN earnings e ON e.booking_id = d.booking_id
    WHERE d.status = 'open' AND e.disputed_at IS NULL AND (e.available_at IS NULL OR e.available_at > d.created_at)`,

  'a new provider waits seven days longer': `
    SELECT format('part %s of booking %s, earned at %s, reserved until %s', e.part, e.booking_id, e.earned_at, e.reserved_until)
      AS violation
    FROM earnings e JOIN provider_profiles p ON p.user_id = e.provider_id
    WHERE e.earned_at IS NOT NULL AND e.reserved_until IS DISTINCT FROM
      CASE WHEN e.earned_at < p.opened_at + interval '30 days' THEN e.earned_at + interval '7 days' END`,

  'what the marketplace lost is what people owe it, and what nobody bears': `
    SELECT format('%s are owed, %s borne by nobody, the losses are at %s', owed.total, alone.total, lost.total) AS violation
    FROM (SELECT coalesce(sum(amount_micros - repaid_micros), 0) AS total FROM debts) owed,
      (SELECT coalesce(sum(amount_micros - borne_micros), 0) AS total FROM payments
       WHERE kind = 'chargeback' AND status IN ('pending', 'succeeded') AND reversed_at IS NULL) alone,
      (SELECT coalesce(sum(amount_micros), 0) AS total FROM ledger_entries WHERE house_account = 'losses') lost
    WHERE owed.total + alone.total <> -lost.total`,

  'what debts were repaid left an account of their owner': `
    SELECT format('user %s repaid %s as a %s, by the ledger %s', coalesce(d.user_id, l.user_id), d.total, d.side, l.total) AS violation
    FROM (SELECT user_id, side, sum(repaid_micros) AS total FROM debts GROUP BY user_id, side) d
    FULL JOIN (
      SELECT a.user_id, CASE a.kind WHEN 'wallet' THEN 'renter' ELSE 'provider' END AS side, -sum(e.amount_micros) AS total
      FROM ledger_transfers t JOIN ledger_entries e ON e.transfer_id = t.id JOIN ledger_accounts a ON a.id = e.account_id
      WHERE t.kind = 'debt_repaid' GROUP BY 1, 2) l ON l.user_id = d.user_id AND l.side = d.side
    WHERE coalesce(d.total, 0) <> coalesce(l.total, 0)`,

  'no more of a top-up goes back than it brought': `
    SELECT format('top-up %s of %s gave back %s', p.id, p.amount_micros, back.total) AS violation
    FROM payments p CROSS JOIN LATERAL (
      SELECT sum(CASE r.kind WHEN 'refund' THEN r.amount_micros ELSE r.borne_micros END) AS total FROM payments r
      WHERE r.original_payment_id = p.id AND r.kind IN ('refund', 'chargeback') AND r.status IN ('pending', 'succeeded')
        AND r.reversed_at IS NULL) back
    WHERE p.kind = 'top_up' AND back.total > p.amount_micros`,
} as const;

export type LedgerLaw = keyof typeof ledgerLaws;

/** At most so many rows are named per law: the first one is enough to begin with. */
const NAMED_MAX = 3;

const ALL_LAWS_SQL = Object.entries(ledgerLaws)
  .map(([law, query]) => `(SELECT '${law}' AS law, violation FROM (${query}) broken LIMIT ${String(NAMED_MAX)})`)
  .join(' UNION ALL ');

/** Every broken law with the rows that break it, in one statement; empty when all hold. */
export async function brokenLaws(sql: Client): Promise<readonly string[]> {
  // Named, so that Postgres plans it once: planning costs more than looking at a young database.
  const query = { name: 'ledger-laws', text: ALL_LAWS_SQL };
  const { rows } = await sql.query<{ law: LedgerLaw; violation: string }>(query);
  return rows.map(({ law, violation }) => `${law}: ${violation}`);
}
