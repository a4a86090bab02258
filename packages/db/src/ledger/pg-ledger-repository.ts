import type { BookingId, LedgerTransferId, PaymentId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import { amountMicros, type AmountMicros, type Currency } from '@rsm/domain/common/money';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type {
  AccountRef,
  LedgerRepository,
  PersonsAccount,
  LedgerTransfer,
  StatementLine,
  TransferKind,
} from '@rsm/domain/ledger/ledger';

import { fetchLimit, numberSchema, readCursor, toPage } from '../common/keyset.ts';
import type { Session } from '../common/session.ts';
import { postTransfer } from './post-transfer.ts';

type StatementRow = {
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

/** An installation has one currency, so a balance is one number; sums come as text from Postgres' numeric. */
type SumRow = { readonly total: string };

/** Money inside the marketplace: double entry, never edited. */
export class PgLedgerRepository implements LedgerRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  post(transfer: LedgerTransfer): Promise<boolean> {
    return postTransfer(this.#session, transfer);
  }

  async lockBalance(account: PersonsAccount): Promise<AmountMicros> {
    const row = await this.#session.row<SumRow>(
      'lock_balance',
      'SELECT balance_micros::text AS total FROM ledger_accounts WHERE user_id = ? AND kind = ? FOR NO KEY UPDATE',
      [account.userId, account.kind],
    );
    return amountMicros(BigInt(row?.total ?? 0));
  }

  async balanceOf(account: AccountRef): Promise<AmountMicros> {
    const row = await this.#balanceRow(account);
    return amountMicros(BigInt(row?.total ?? 0));
  }

  async heldFor(userId: UserId): Promise<AmountMicros> {
    const row = await this.#session.row<SumRow>(
      'held_for',
      `SELECT coalesce(sum(balance_micros), 0)::text AS total FROM ledger_accounts
       JOIN bookings ON bookings.id = ledger_accounts.booking_id WHERE bookings.renter_id = ? AND kind = 'hold'`,
      [userId],
    );
    return amountMicros(BigInt(row?.total ?? 0));
  }

  async statement(account: AccountRef, request: PageRequest): Promise<Page<StatementLine>> {
    const after = readCursor(request, numberSchema);
    const { where, values } = entriesOf(account);
    const rows = await this.#session.rows<StatementRow>(
      `statement_${account.kind}`,
      `SELECT entry.id AS entry_id, transfer.id AS transfer_id, transfer.kind, transfer.booking_id, transfer.payment_id,
         transfer.explanation, entry.amount_micros, entry.currency, entry.at
       FROM ledger_entries entry JOIN ledger_transfers transfer ON transfer.id = entry.transfer_id
       WHERE ${where} AND (?::bigint IS NULL OR entry.id < ?) ORDER BY entry.id DESC LIMIT ?`,
      [...values, after, after, fetchLimit(request)],
    );
    return toPage(request, rows, toStatementLine, (row) => row.entry_id.toString());
  }

  #balanceRow(account: AccountRef): Promise<SumRow | null> {
    if ('userId' in account) {
      return this.#session.row<SumRow>(
        'user_balance',
        `SELECT coalesce(sum(balance_micros), 0)::text AS total FROM ledger_accounts WHERE user_id = ? AND kind = ?`,
        [account.userId, account.kind],
      );
    }
    if ('bookingId' in account) {
      return this.#session.row<SumRow>(
        'hold_balance',
        `SELECT coalesce(sum(balance_micros), 0)::text AS total FROM ledger_accounts WHERE booking_id = ?`,
        [account.bookingId],
      );
    }
    return this.#session.row<SumRow>(
      'house_balance',
      `SELECT coalesce(sum(amount_micros), 0)::text AS total FROM ledger_entries WHERE house_account = ?`,
      [account.kind],
    );
  }
}

function entriesOf(account: AccountRef): { readonly where: string; readonly values: string[] } {
  const ofAccount = 'entry.account_id IN (SELECT id FROM ledger_accounts WHERE';
  if ('userId' in account)
    return { where: `${ofAccount} user_id = ? AND kind = ?)`, values: [account.userId, account.kind] };
  if ('bookingId' in account) return { where: `${ofAccount} booking_id = ?)`, values: [account.bookingId] };
  return { where: 'entry.house_account = ?', values: [account.kind] };
}

function toStatementLine(row: StatementRow): StatementLine {
  return {
    transferId: row.transfer_id,
    kind: row.kind,
    bookingId: row.booking_id,
    paymentId: row.payment_id,
    explanation: row.explanation,
    amount: row.amount_micros,
    currency: row.currency,
    at: row.at,
  };
}
