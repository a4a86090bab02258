import type { Client } from 'pg';
import { Balances } from './expected-balances.ts';

/** What the ledger says of some people, of their bookings, and of the house, whose market is theirs alone. */
export interface LedgerReading {
  readonly balances: Balances;
  /** By `wallet <booking>`, `provider <booking>` (with what the marketplace lost for him) and `platform_revenue <booking>`. */
  readonly parts: Balances;
}

const READING_SQL = `
  SELECT 'balance' AS sort, a.kind || ' ' || coalesce(a.user_id, a.booking_id) AS account, a.balance_micros::text AS amount
  FROM ledger_accounts a LEFT JOIN bookings b ON b.id = a.booking_id
  WHERE a.user_id = ANY ($1) OR b.renter_id = ANY ($1)
  UNION ALL
  SELECT 'balance', e.house_account, sum(e.amount_micros)::text
  FROM ledger_entries e WHERE e.house_account IS NOT NULL GROUP BY 2
  UNION ALL
  SELECT 'part', part || ' ' || booking_id, sum(amount_micros)::text
  FROM (
    SELECT t.booking_id, e.amount_micros, CASE
      WHEN a.kind IN ('provider_pending', 'provider_available') OR e.house_account = 'losses' THEN 'provider'
      ELSE coalesce(a.kind, e.house_account) END AS part
    FROM ledger_transfers t JOIN ledger_entries e ON e.transfer_id = t.id LEFT JOIN ledger_accounts a ON a.id = e.account_id
    WHERE t.booking_id IS NOT NULL) entry
  GROUP BY part, booking_id`;

export async function readLedger(sql: Client, people: readonly string[]): Promise<LedgerReading> {
  const { rows } = await sql.query<{ sort: 'balance' | 'part'; account: string; amount: string }>({
    name: 'ledger-reading',
    text: READING_SQL,
    values: [people],
  });
  const reading = { balances: new Balances(), parts: new Balances() };
  for (const { account, amount, sort } of rows) {
    (sort === 'balance' ? reading.balances : reading.parts).add(account, BigInt(amount));
  }
  return reading;
}
