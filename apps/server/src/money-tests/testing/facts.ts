import type { Client } from 'pg';

/** What the product has written down about some people, without a word of the ledger. Amounts are decimal strings, times epoch ms. */
export interface Facts {
  readonly bookings: readonly BookingFacts[];
  readonly payments: readonly PaymentFacts[];
  readonly earnings: readonly EarningFacts[];
  readonly debts: readonly DebtFacts[];
  readonly disputes: readonly DisputeFacts[];
  readonly probes: readonly ProbeFacts[];
}

export interface BookingFacts {
  readonly id: string;
  readonly renter: string;
  readonly provider: string;
  readonly machine: string;
  readonly status: string;
  readonly policy: 'flexible' | 'moderate' | 'strict';
  readonly start: number;
  readonly end: number;
  readonly createdAt: number;
  readonly readyAt: number | null;
  readonly accessEndedAt: number | null;
  readonly endRequestedAt: number | null;
  readonly endReason: string | null;
  readonly cancelledAt: number | null;
  readonly cancelledFrom: string | null;
  readonly settledWeeks: number;
  /** What the product says that it costs; the model says it, too. */
  readonly hold: string;
  readonly settled: string;
  readonly charged: string | null;
  readonly released: string | null;
  readonly segments: readonly { readonly start: number; readonly end: number; readonly price: string }[];
  readonly wipeIsDone: boolean;
}

export interface PaymentFacts {
  readonly id: string;
  readonly user: string;
  readonly kind: string;
  readonly status: string;
  readonly amount: string;
  readonly reference: string | null;
  readonly original: string | null;
  readonly borne: string | null;
  readonly isReversed: boolean;
  readonly isAutomatic: boolean;
  readonly createdAt: number;
}

export interface EarningFacts {
  readonly booking: string;
  readonly provider: string;
  readonly part: number;
  readonly amount: string;
  readonly taken: string;
  readonly earnedAt: number | null;
  readonly reservedUntil: number | null;
  readonly availableAt: number | null;
  readonly isDisputed: boolean;
}

export interface DebtFacts {
  readonly user: string;
  readonly side: 'renter' | 'provider';
  readonly booking: string | null;
  readonly payment: string | null;
  readonly amount: string;
  readonly repaid: string;
}

export interface DisputeFacts {
  readonly id: string;
  readonly booking: string;
  readonly status: string;
  /** What its decision gives back; null without one. */
  readonly refund: string | null;
}

export interface ProbeFacts {
  readonly machine: string;
  readonly at: number;
  readonly outcome: 'up' | 'down' | 'degraded' | 'control_failed';
}

/** Epoch milliseconds of a column. */
const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;
const list = (query: string): string => `coalesce((SELECT json_agg(row_to_json(one)) FROM (${query}) one), '[]'::json)`;

const FACTS_SQL = `SELECT json_build_object(
  'bookings', ${list(`
    SELECT b.id, b.renter_id AS renter, b.provider_id AS provider, b.machine_id AS machine, b.status,
      b.cancellation_policy AS policy, ${ms('b.start_at')} AS start, ${ms('b.end_at')} AS "end",
      ${ms('b.created_at')} AS "createdAt", ${ms('b.ready_at')} AS "readyAt",
      ${ms('b.access_ended_at')} AS "accessEndedAt", ${ms('b.end_requested_at')} AS "endRequestedAt",
      b.end_reason AS "endReason", b.settled_weeks AS "settledWeeks", ${ms('over.at')} AS "cancelledAt",
      over.from_status AS "cancelledFrom", b.hold_amount_micros::text AS hold, b.settled_amount_micros::text AS settled,
      b.charged_amount_micros::text AS charged, b.released_amount_micros::text AS released,
      ${list(`
        SELECT ${ms('s.start_at')} AS start, ${ms('s.end_at')} AS "end", s.price_per_hour_micros::text AS price
        FROM booking_price_segments s WHERE s.booking_id = b.id ORDER BY s.seq`)} AS segments,
      coalesce((SELECT w.status = 'verified' OR w.released_at IS NOT NULL FROM data_wipes w WHERE w.booking_id = b.id), false)
        AS "wipeIsDone"
    FROM bookings b LEFT JOIN booking_state_changes over ON over.booking_id = b.id AND over.to_status = 'cancelled'
    WHERE b.renter_id = ANY ($1) ORDER BY b.id`)},
  'payments', ${list(`
    SELECT p.id, p.user_id AS user, p.kind, p.status, p.amount_micros::text AS amount, p.processor_reference AS reference,
      p.original_payment_id AS original, p.borne_micros::text AS borne, coalesce(p.reversed_at, o.reversed_at) IS NOT NULL AS "isReversed",
      p.is_automatic AS "isAutomatic", ${ms('p.created_at')} AS "createdAt"
    FROM payments p LEFT JOIN payouts o ON o.payment_id = p.id WHERE p.user_id = ANY ($1) ORDER BY p.id`)},
  'earnings', ${list(`
    SELECT e.booking_id AS booking, e.provider_id AS provider, e.part, e.amount_micros::text AS amount,
      e.taken_micros::text AS taken, ${ms('e.earned_at')} AS "earnedAt", ${ms('e.reserved_until')} AS "reservedUntil",
      ${ms('e.available_at')} AS "availableAt", e.disputed_at IS NOT NULL AS "isDisputed"
    FROM earnings e WHERE e.provider_id = ANY ($1) ORDER BY e.id`)},
  'debts', ${list(`
    SELECT d.user_id AS user, d.side, d.booking_id AS booking, d.payment_id AS payment, d.amount_micros::text AS amount,
      d.repaid_micros::text AS repaid FROM debts d WHERE d.user_id = ANY ($1) ORDER BY d.id`)},
  'disputes', ${list(`
    SELECT d.id, d.booking_id AS booking, d.status, d.refund_micros::text AS refund
    FROM disputes d WHERE d.renter_id = ANY ($1) ORDER BY d.id`)},
  'probes', ${list(`
    SELECT m.machine_id AS machine, ${ms('m.at')} AS at, m.outcome FROM machine_probes m
    WHERE m.machine_id = ANY ($2) ORDER BY m.machine_id, m.at`)}
) AS facts`;

/** Reads them in one statement, so that they belong together. */
export async function readFacts(
  sql: Client,
  of: { readonly people: readonly string[]; readonly machines: readonly string[] },
): Promise<Facts> {
  const { rows } = await sql.query<{ facts: Facts }>({
    name: 'facts',
    text: FACTS_SQL,
    values: [of.people, of.machines],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('Facts are one row.');
  return row.facts;
}
