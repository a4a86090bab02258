import type { BookingId, LedgerTransferId, PaymentId, UserId } from '@rsm/domain/common/ids';
import type { Instant, TimeRange } from '@rsm/domain/common/instant';
import type { AmountMicros, Currency } from '@rsm/domain/common/money';
import type { AccountRef, StatementLine, TransferKind } from '@rsm/domain/ledger/ledger';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

type ExportRow = {
  readonly entry_id: bigint;
  readonly transfer_id: LedgerTransferId;
  readonly kind: TransferKind;
  readonly booking_id: BookingId | null;
  readonly payment_id: PaymentId | null;
  readonly explanation: string;
  readonly amount_micros: AmountMicros;
  readonly currency: Currency;
  readonly at: Instant;
};

/** Lines of a person's account in a stretch of time, oldest first; `last` is where the next call goes on. */
export async function exportLines(
  session: Session,
  account: Extract<AccountRef, { userId: UserId }>,
  range: TimeRange,
  request: { readonly after: string | null; readonly limit: number },
): Promise<{ readonly lines: readonly StatementLine[]; readonly last: string | null }> {
  const rows = await session.rows<ExportRow>(
    'export_lines',
    `SELECT entry.id AS entry_id, transfer.id AS transfer_id, transfer.kind, transfer.booking_id, transfer.payment_id,
       transfer.explanation, entry.amount_micros, entry.currency, entry.at
     FROM ledger_entries entry JOIN ledger_transfers transfer ON transfer.id = entry.transfer_id
     WHERE entry.account_id IN (SELECT id FROM ledger_accounts WHERE user_id = ? AND kind = ?)
       AND entry.at >= ? AND entry.at < ? AND entry.id > coalesce(?::bigint, 0) ORDER BY entry.id LIMIT ?`,
    [account.userId, account.kind, timestamp(range.start), timestamp(range.end), request.after, request.limit],
  );
  const lines = rows.map((row) => ({
    transferId: row.transfer_id,
    kind: row.kind,
    bookingId: row.booking_id,
    paymentId: row.payment_id,
    explanation: row.explanation,
    amount: row.amount_micros,
    currency: row.currency,
    at: row.at,
  }));
  return { lines, last: rows.at(-1)?.entry_id.toString() ?? null };
}
