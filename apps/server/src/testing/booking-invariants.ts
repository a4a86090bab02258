import type { Client } from 'pg';

/**
 * What must always be true of bookings and money, as plain SQL of its own: it shares nothing with the product that it checks.
 * The edges are copied from the product page by hand. Each query returns one text per violation.
 */
export const bookingInvariants = {
  'no two live occupancies of a unit overlap': `
    SELECT format('%s and %s on unit %s', a.id, b.id, a.unit_id) AS violation
    FROM occupancies a JOIN occupancies b ON a.unit_id = b.unit_id AND a.id < b.id AND a.during && b.during
    WHERE a.live AND b.live`,

  'every live booking has its live occupancy, and no other state holds the calendar before its end': `
    SELECT format('booking %s is %s, its occupancy is %s', b.id, b.status, coalesce(o.live::text, 'missing')) AS violation
    FROM bookings b LEFT JOIN occupancies o ON o.booking_id = b.id
    WHERE (b.status IN ('scheduled', 'provisioning', 'active') AND o.live IS NOT TRUE)
       OR (b.status IN ('cancelled', 'failed') AND o.live IS NOT FALSE)`,

  'an occupancy reaches from the start to the end and its clean-up time': `
    SELECT format('booking %s: %s is not %s + %s ms', b.id, o.during, b.end_at, b.turnaround_ms) AS violation
    FROM bookings b JOIN occupancies o ON o.booking_id = b.id
    WHERE b.status IN ('scheduled', 'provisioning', 'active')
      AND (lower(o.during) <> b.start_at OR upper(o.during) <> b.end_at + b.turnaround_ms * interval '1 millisecond')`,

  'every transfer sums to zero': `
    SELECT format('transfer %s sums to %s', transfer_id, sum(amount_micros)) AS violation
    FROM ledger_entries GROUP BY transfer_id HAVING sum(amount_micros) <> 0`,

  'all accounts together are zero': `
    SELECT format('%s %s', sum(amount_micros), currency) AS violation
    FROM ledger_entries GROUP BY currency HAVING sum(amount_micros) <> 0`,

  'every balance is the sum of its entries': `
    SELECT format('account %s (%s) says %s, its entries %s', a.id, a.kind, a.balance_micros, coalesce(e.total, 0)) AS violation
    FROM ledger_accounts a
    LEFT JOIN (SELECT account_id, sum(amount_micros) AS total FROM ledger_entries GROUP BY account_id) e ON e.account_id = a.id
    WHERE a.balance_micros <> coalesce(e.total, 0)`,

  'no balance is below zero': `
    SELECT format('account %s (%s) has %s', id, kind, balance_micros) AS violation
    FROM ledger_accounts WHERE balance_micros < 0`,

  'charge and release make the hold, and the charge is never above it': `
    SELECT format('booking %s: charge %s + release %s, hold %s', id, charged_amount_micros, released_amount_micros,
      hold_amount_micros) AS violation
    FROM bookings WHERE charged_amount_micros + released_amount_micros <> hold_amount_micros
       OR charged_amount_micros > hold_amount_micros OR charged_amount_micros < 0`,

  'the ledger holds what the booking says, until it is settled': `
    SELECT format('booking %s (%s): held %s, hold account %s, expected %s', b.id, b.status, b.hold_amount_micros,
      coalesce(a.balance_micros, 0), CASE WHEN b.charged_amount_micros IS NULL
        THEN b.hold_amount_micros - b.settled_amount_micros ELSE 0 END) AS violation
    FROM bookings b LEFT JOIN ledger_accounts a ON a.booking_id = b.id AND a.kind = 'hold'
    WHERE coalesce(a.balance_micros, 0)
      <> CASE WHEN b.charged_amount_micros IS NULL THEN b.hold_amount_micros - b.settled_amount_micros ELSE 0 END`,

  'the ledger charged and released what the booking says': `
    SELECT format('booking %s: %s', b.id, t.kind) AS violation
    FROM bookings b CROSS JOIN (VALUES ('hold'), ('charge'), ('release')) AS t (kind)
    LEFT JOIN LATERAL (
      SELECT sum(CASE WHEN lt.kind = 'charge_returned' THEN -abs(e.amount_micros) ELSE abs(e.amount_micros) END) AS total
      FROM ledger_transfers lt
      JOIN ledger_entries e ON e.transfer_id = lt.id JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'hold'
      WHERE lt.booking_id = b.id AND (lt.kind = t.kind OR t.kind = 'charge' AND lt.kind = 'charge_returned')) moved ON true
    WHERE coalesce(moved.total, 0) <> CASE t.kind WHEN 'hold' THEN b.hold_amount_micros
      WHEN 'charge' THEN coalesce(b.charged_amount_micros, b.settled_amount_micros)
      ELSE coalesce(b.released_amount_micros, 0) END`,

  'a booking that is over was settled': `
    SELECT format('booking %s is %s and not settled', id, status) AS violation FROM bookings
    WHERE status IN ('wiping', 'completed', 'cancelled', 'failed', 'quarantined') AND charged_amount_micros IS NULL`,

  'a history is a path of the state graph and ends in the present state': `
    WITH step AS (
      SELECT c.*, lag(to_status) OVER w AS before, lead(to_status) OVER w AS after
      FROM booking_state_changes c WINDOW w AS (PARTITION BY booking_id ORDER BY seq))
    SELECT format('booking %s: %s -> %s', step.booking_id, before, to_status) AS violation
    FROM step JOIN bookings b ON b.id = step.booking_id
    WHERE (before IS NULL AND to_status <> 'scheduled')
       OR (before IS NOT NULL AND (before, to_status) NOT IN (
         ('scheduled', 'provisioning'), ('scheduled', 'cancelled'), ('scheduled', 'failed'),
         ('provisioning', 'active'), ('provisioning', 'failed'), ('provisioning', 'cancelled'),
         ('active', 'revoking'), ('revoking', 'wiping'), ('revoking', 'quarantined'),
         ('wiping', 'completed'), ('wiping', 'quarantined'), ('quarantined', 'completed')))
       OR (after IS NULL AND to_status <> b.status)`,

  'nothing was begun on a unit while an earlier booking was not proven clean': `
    WITH begun AS (
      SELECT b.id, b.unit_id, min(c.at) AS at, min(c.seq) FROM bookings b
      JOIN booking_state_changes c ON c.booking_id = b.id AND c.to_status = 'provisioning' GROUP BY b.id, b.unit_id)
    SELECT format('booking %s began at %s, %s was clean at %s', later.id, later.at, earlier.id,
      coalesce(least(w.released_at, CASE WHEN w.status = 'verified' THEN w.finished_at END)::text, 'never')) AS violation
    FROM begun later JOIN begun earlier ON earlier.unit_id = later.unit_id AND earlier.id <> later.id
      AND (earlier.at, earlier.id) < (later.at, later.id)
    LEFT JOIN data_wipes w ON w.booking_id = earlier.id
    WHERE least(w.released_at, CASE WHEN w.status = 'verified' THEN w.finished_at END) IS NULL
       OR least(w.released_at, CASE WHEN w.status = 'verified' THEN w.finished_at END) > later.at`,

  'at most one booking of a unit is on the machine': `
    SELECT format('unit %s has %s bookings on it', unit_id, count(*)) AS violation
    FROM bookings WHERE status IN ('provisioning', 'active', 'revoking', 'wiping') GROUP BY unit_id HAVING count(*) > 1`,

  'a share is available only after a verified wipe, a decision, a cancellation, or a later week': `
    SELECT format('booking %s (%s), part %s', b.id, b.status, e.part) AS violation
    FROM earnings e JOIN bookings b ON b.id = e.booking_id
    WHERE e.available_at IS NOT NULL AND b.status NOT IN ('completed', 'cancelled') AND e.part + 1 >= b.settled_weeks`,

  'what is pending is what the earnings of the provider still hold back': `
    SELECT format('provider %s: pending %s, held back %s', a.user_id, a.balance_micros, coalesce(held.total, 0)) AS violation
    FROM ledger_accounts a
    LEFT JOIN (
      SELECT provider_id, sum(amount_micros - taken_micros) AS total FROM earnings WHERE available_at IS NULL
      GROUP BY provider_id) held ON held.provider_id = a.user_id
    WHERE a.kind = 'provider_pending' AND a.balance_micros <> coalesce(held.total, 0)`,

  'the earnings of a booking are the shares of its charges': `
    SELECT format('booking %s: earned %s, charged shares %s', b.id, coalesce(e.total, 0), coalesce(c.total, 0)) AS violation
    FROM bookings b
    LEFT JOIN (SELECT booking_id, sum(amount_micros) AS total FROM earnings GROUP BY booking_id) e ON e.booking_id = b.id
    LEFT JOIN (
      SELECT t.booking_id, sum(entry.amount_micros) AS total FROM ledger_transfers t
      JOIN ledger_entries entry ON entry.transfer_id = t.id
      JOIN ledger_accounts a ON a.id = entry.account_id AND a.kind = 'provider_pending'
      WHERE t.kind = 'charge' GROUP BY t.booking_id) c ON c.booking_id = b.id
    WHERE coalesce(e.total, 0) <> coalesce(c.total, 0)`,

  'a dispute gives back what was decided, once, and never above the charge': `
    SELECT format('booking %s: decided %s, given back %s in %s transfers for %s decisions, charged %s', b.id, d.total,
      coalesce(given.total, 0), coalesce(given.times, 0), d.times, b.charged_amount_micros) AS violation
    FROM (SELECT booking_id, coalesce(sum(refund_micros), 0) AS total, count(*) FILTER (WHERE refund_micros > 0) AS times
          FROM disputes GROUP BY booking_id) d
    JOIN bookings b ON b.id = d.booking_id
    LEFT JOIN (
      SELECT t.booking_id, sum(e.amount_micros) AS total, count(*) AS times FROM ledger_transfers t
      JOIN ledger_entries e ON e.transfer_id = t.id
      JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'wallet'
      WHERE t.kind = 'dispute_refund' GROUP BY t.booking_id) given ON given.booking_id = b.id
    WHERE coalesce(given.total, 0) <> d.total OR coalesce(given.times, 0) <> d.times
       OR d.total > coalesce(b.charged_amount_micros, 0)`,

  'what a booking earned is held back while a dispute about it is open, and no longer': `
    SELECT format('booking %s, part %s: disputed %s, available %s', e.booking_id, e.part, e.disputed_at, e.available_at) AS violation
    FROM earnings e LEFT JOIN disputes d ON d.booking_id = e.booking_id AND d.status = 'open'
    WHERE (e.available_at IS NULL AND (e.disputed_at IS NOT NULL) <> (d.id IS NOT NULL)) OR e.available_at > d.created_at`,
} as const;

export type BookingInvariant = keyof typeof bookingInvariants;

/** Each with its name, in one statement: these checks run after every few steps of long histories. */
const ALL_SQL = Object.entries(bookingInvariants)
  .map(([name, query]) => `SELECT '${name.replaceAll("'", "''")}' AS name, violation FROM (${query}) broken`)
  .join(' UNION ALL ');

/** Every violation, each with the name of what it breaks; empty when all is well. */
export async function findViolations(sql: Client): Promise<readonly string[]> {
  // Named, so that Postgres plans it once per connection: planning costs more than looking at a young database.
  const query = { name: 'booking-invariants', text: ALL_SQL };
  const { rows } = await sql.query<{ name: BookingInvariant; violation: string }>(query);
  return rows.map(({ name, violation }) => `${name}: ${violation}`);
}
