import type { PaymentId } from '@rsm/domain/common/ids';
import { amountMicros } from '@rsm/domain/common/money';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type { StatementLine, TransferKind } from '@rsm/domain/ledger/ledger';
import type { PayoutTotal } from '@rsm/domain/payouts/payout-statement';

import { fetchLimit, numberSchema, readCursor, toPage } from '../common/keyset.ts';
import type { Session } from '../common/session.ts';

type LineRow = StatementLine & { readonly entryId: bigint };
type TotalRow = { readonly kind: TransferKind; readonly count: number; readonly amount: string };

/** The entries of the provider's available earnings between the payout before and this one. */
const LINES = `
  payouts payout
  JOIN ledger_entries own ON own.id = payout.entry_id
  JOIN ledger_entries entry
    ON entry.account_id = own.account_id AND entry.id > payout.after_entry_id AND entry.id < payout.entry_id
  JOIN ledger_transfers transfer ON transfer.id = entry.transfer_id`;

/** What a payout is made of, line by line, oldest first. */
export async function payoutLines(session: Session, id: PaymentId, request: PageRequest): Promise<Page<StatementLine>> {
  const after = readCursor(request, numberSchema);
  const rows = await session.rows<LineRow>(
    'payout_lines',
    `SELECT entry.id AS "entryId", transfer.id AS "transferId", transfer.kind, transfer.booking_id AS "bookingId",
       transfer.payment_id AS "paymentId", transfer.explanation, entry.amount_micros AS amount, entry.currency, entry.at
     FROM ${LINES}
     WHERE payout.payment_id = ? AND (?::bigint IS NULL OR entry.id > ?::bigint) ORDER BY entry.id LIMIT ?`,
    [id, after, after, fetchLimit(request)],
  );
  return toPage(
    request,
    rows,
    ({ entryId: _entryId, ...line }) => line,
    (row) => row.entryId.toString(),
  );
}

/** The same lines added up by the kind of their transfers. */
export async function payoutTotals(session: Session, id: PaymentId): Promise<readonly PayoutTotal[]> {
  const rows = await session.rows<TotalRow>(
    'payout_totals',
    `SELECT transfer.kind, count(*)::integer AS count, sum(entry.amount_micros)::text AS amount
     FROM ${LINES} WHERE payout.payment_id = ? GROUP BY transfer.kind ORDER BY transfer.kind`,
    [id],
  );
  return rows.map((row) => ({ ...row, amount: amountMicros(BigInt(row.amount)) }));
}
