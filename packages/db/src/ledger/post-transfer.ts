import type { LedgerTransfer } from '@rsm/domain/ledger/ledger';

import { batch, type Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';
import { accountPlace, type AccountPlace } from './ledger-account.ts';

/** One entry per account: what a transfer says twice about an account is added up, and nothing is written about zero. */
type Line = { readonly place: AccountPlace; readonly amount: bigint };

function linesOf(transfer: LedgerTransfer): readonly Line[] {
  const lines = new Map<string, Line>();
  for (const { account, amount } of transfer.entries) {
    const place = accountPlace(account, transfer.currency);
    const key = place.guarded ? place.id : place.house;
    lines.set(key, { place, amount: amount + (lines.get(key)?.amount ?? 0n) });
  }
  return [...lines.values()].filter((line) => line.amount !== 0n);
}

/** Notes the transfer unless its key is known, and opens accounts that are used for the first time, in order of id. */
const BEGIN_SQL = `
  WITH transfer AS (
    INSERT INTO ledger_transfers (id, kind, idempotency_key, booking_id, payment_id, explanation, currency, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (idempotency_key) DO NOTHING RETURNING id, currency
  ), opened AS (
    INSERT INTO ledger_accounts (id, kind, user_id, booking_id, currency, balance_micros)
    SELECT account.id, account.kind, account.user_id, account.booking_id, transfer.currency, 0
    FROM transfer, jsonb_to_recordset(?::jsonb) AS account (id uuid, kind text, user_id uuid, booking_id uuid)
    ORDER BY account.id ON CONFLICT (id) DO NOTHING
  )
  SELECT id FROM transfer`;

/**
 * Locks the balances in order of id, moves them, and writes the entries. Counting the locks comes before the first entry gets
 * its number, so that the entries of an account are numbered in the order in which they changed it: a payout's lines are those
 * before it.
 */
const MOVE_SQL = `
  WITH line AS (
    SELECT * FROM jsonb_to_recordset(?::jsonb) AS line (account_id uuid, house_account text, amount_micros bigint)
  ), locked AS MATERIALIZED (
    SELECT id FROM ledger_accounts WHERE id IN (SELECT account_id FROM line) ORDER BY id FOR NO KEY UPDATE
  ), moved AS (
    UPDATE ledger_accounts SET balance_micros = ledger_accounts.balance_micros + line.amount_micros
    FROM locked JOIN line ON line.account_id = locked.id WHERE ledger_accounts.id = locked.id
  )
  INSERT INTO ledger_entries (transfer_id, account_id, house_account, currency, amount_micros, at)
  SELECT ?, account_id, house_account, ?, amount_micros, ? FROM line CROSS JOIN (SELECT count(*) FROM locked) AS locks`;

/**
 * Posts a transfer in two statements. Returns false when its idempotency key was posted before, and then moves nothing;
 * a parallel holder of the key is waited for. That the entries sum to zero is checked by the database at the commit.
 * @throws DomainError insufficient_funds
 */
export async function postTransfer(session: Session, transfer: LedgerTransfer): Promise<boolean> {
  const lines = linesOf(transfer);
  const accounts = lines.flatMap(({ place }) =>
    place.guarded ? [{ id: place.id, kind: place.kind, user_id: place.userId, booking_id: place.bookingId }] : [],
  );
  const begun = await session.row<{ id: string }>('begin_transfer', BEGIN_SQL, [
    transfer.id,
    transfer.kind,
    transfer.idempotencyKey,
    transfer.bookingId,
    transfer.paymentId,
    transfer.explanation,
    transfer.currency,
    timestamp(transfer.at),
    batch(accounts),
  ]);
  if (begun === null) return false;
  const entries = lines.map(({ place, amount }) => ({
    account_id: place.guarded ? place.id : null,
    house_account: place.guarded ? null : place.house,
    amount_micros: amount,
  }));
  await session.rows('move_transfer', MOVE_SQL, [
    batch(entries),
    transfer.id,
    transfer.currency,
    timestamp(transfer.at),
  ]);
  return true;
}
