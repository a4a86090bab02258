import type { Invariant } from './invariant.ts';

/**
 * Two processes may read their clocks a little differently, and a limit may change while a booking is being made: what lies
 * this close together is not compared.
 */
const CLOSE = "interval '1 minute'";

/** What moved between the wallets and the bookings of renters who ever decided about a limit, with its month in UTC. */
const MOVES = `
  SELECT account.user_id AS renter_id, transfer.booking_id, transfer.kind, -entry.amount_micros AS spent, entry.at,
    date_trunc('month', entry.at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS month
  FROM ledger_accounts account
  JOIN ledger_entries entry ON entry.account_id = account.id
  JOIN ledger_transfers transfer ON transfer.id = entry.transfer_id
  WHERE account.kind = 'wallet' AND transfer.kind IN ('hold', 'release', 'charge_returned', 'dispute_refund')
    AND EXISTS (SELECT FROM spending_limits WHERE renter_id = account.user_id)`;

const spending: Invariant = {
  number: 13,
  name: 'Nothing is set aside above the monthly limit that its renter had set; every alarm is raised once and is true',
  statements: [
    `SELECT format('renter %s was told %s times of %s %% of his limit in %s', renter_id, count(*), percent,
              to_char(month AT TIME ZONE 'UTC', 'YYYY-MM')) AS violation
     FROM spending_alarms GROUP BY renter_id, month, percent HAVING count(*) > 1 ORDER BY renter_id, month, percent`,
    `SELECT format('renter %s was told of %s %% of his limit of %s when %s were spent', renter_id, percent, limit_micros,
              spent_micros) AS violation
     FROM spending_alarms WHERE spent_micros * 100 < limit_micros * percent ORDER BY renter_id, month, percent`,
    // What comes back only lowers a month. So a month that is above the limit now was so when its last hold was made.
    `WITH move AS (${MOVES}), per_booking AS (
       SELECT renter_id, month, sum(spent) AS spent, max(at) FILTER (WHERE kind = 'hold') AS last_hold_at
       FROM move GROUP BY renter_id, month, booking_id
     ), per_month AS (
       SELECT renter_id, month, sum(greatest(spent, 0)) AS spent, max(last_hold_at) AS last_hold_at
       FROM per_booking GROUP BY renter_id, month
     )
     SELECT format('renter %s spent %s in %s, of which the last part was set aside at %s under a limit of %s',
              per_month.renter_id, per_month.spent, to_char(month AT TIME ZONE 'UTC', 'YYYY-MM'), last_hold_at,
              standing.limit_micros) AS violation
     FROM per_month CROSS JOIN LATERAL (
       SELECT limit_micros FROM spending_limits WHERE renter_id = per_month.renter_id AND set_at <= last_hold_at
       ORDER BY seq DESC LIMIT 1) standing
     WHERE per_month.spent > standing.limit_micros
       AND NOT EXISTS (SELECT FROM spending_limits WHERE renter_id = per_month.renter_id
         AND set_at BETWEEN last_hold_at - ${CLOSE} AND last_hold_at + ${CLOSE})
       AND last_hold_at < (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC' - ${CLOSE}
     ORDER BY per_month.renter_id, month`,
  ],
};

export const spendingInvariants: readonly Invariant[] = [spending];
