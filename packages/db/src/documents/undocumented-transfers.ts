import type { BookingId, LedgerTransferId, UserId } from '@rsm/domain/common/ids';
import { toIso, type Instant, type TimeRange } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { invoicedKinds, statedKinds, type DocumentScope } from '@rsm/domain/documents/document-kind';
import type { UndocumentedTransfer } from '@rsm/domain/documents/document-repository';
import type { TransferKind } from '@rsm/domain/ledger/ledger';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

type MonthScope = Exclude<DocumentScope, 'payout'>;

type TransferRow = {
  readonly transfer_id: LedgerTransferId;
  readonly kind: TransferKind;
  readonly at: Instant;
  readonly explanation: string;
  readonly booking_id: BookingId | null;
  readonly title: string | null;
  readonly start_at: Instant | null;
  readonly end_at: Instant | null;
  /** Sums come as text from Postgres' numeric. */
  readonly amount: string;
  readonly fee: string;
};

/** The kinds stand in the statements as words, or the partial index would not be used. They are a closed union of the domain. */
const words = (kinds: readonly TransferKind[]): string => kinds.map((kind) => `'${kind}'`).join(', ');

/**
 * Whose entries make up a line. A renter's: what left the booking's hold or reached his wallet, with the sign turned. A provider's: what
 * reached his pending or available earnings.
 */
const scopes = {
  renter: {
    // Both lists matter: the first lets the index find the month, the second says what belongs on an invoice.
    kinds: `transfer.kind IN (${words(statedKinds)}) AND transfer.kind IN (${words(invoicedKinds)})`,
    person: 'booking.renter_id',
    account: `(account.booking_id = transfer.booking_id OR (account.kind = 'wallet' AND account.user_id = booking.renter_id))`,
    sign: '-',
  },
  provider: {
    kinds: `transfer.kind IN (${words(statedKinds)})`,
    person: 'account.user_id',
    account: `account.kind IN ('provider_pending', 'provider_available')`,
    sign: '',
  },
} as const satisfies Record<MonthScope, unknown>;

const FROM = `
  FROM ledger_transfers transfer
  JOIN ledger_entries entry ON entry.transfer_id = transfer.id
  JOIN ledger_accounts account ON account.id = entry.account_id
  LEFT JOIN bookings booking ON booking.id = transfer.booking_id
  LEFT JOIN listings listing ON listing.id = booking.listing_id`;

const columns = (sign: '' | '-'): string => `
  transfer.id AS transfer_id, transfer.kind, transfer.at, transfer.explanation, transfer.booking_id, listing.title,
  booking.start_at, booking.end_at, (${sign}sum(entry.amount_micros))::text AS amount,
  (SELECT coalesce(sum(amount_micros), 0)::text FROM ledger_entries fee
   WHERE fee.transfer_id = transfer.id AND fee.house_account = 'platform_revenue') AS fee`;

const isOnNone = (scope: DocumentScope): string =>
  `NOT EXISTS (SELECT FROM document_lines line WHERE line.transfer_id = transfer.id AND line.scope = '${scope}')`;

/** What of the ledger is on no document yet. */
export class UndocumentedTransfers {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async listPeople(
    scope: MonthScope,
    month: TimeRange,
    request: { readonly after: UserId | null; readonly limit: number },
  ): Promise<readonly UserId[]> {
    const { account, kinds, person } = scopes[scope];
    const rows = await this.#session.rows<{ user_id: UserId }>(
      `undocumented_people_${scope}`,
      `SELECT DISTINCT ${person} AS user_id ${FROM}
       WHERE ${kinds} AND transfer.at >= ? AND transfer.at < ? AND ${account} AND ${isOnNone(scope)}
         AND (?::uuid IS NULL OR ${person} > ?) ORDER BY user_id LIMIT ?`,
      [timestamp(month.start), timestamp(month.end), request.after, request.after, request.limit],
    );
    return rows.map((row) => row.user_id);
  }

  async listMonth(
    scope: MonthScope,
    userId: UserId,
    month: TimeRange,
    limit: number,
  ): Promise<readonly UndocumentedTransfer[]> {
    const { account, kinds, person, sign } = scopes[scope];
    const rows = await this.#session.rows<TransferRow>(
      `undocumented_month_${scope}`,
      `SELECT ${columns(sign)} ${FROM}
       WHERE ${kinds} AND transfer.at >= ? AND transfer.at < ? AND ${account} AND ${person} = ? AND ${isOnNone(scope)}
       GROUP BY transfer.id, listing.title, booking.start_at, booking.end_at HAVING sum(entry.amount_micros) <> 0
       ORDER BY transfer.at, transfer.id LIMIT ?`,
      [timestamp(month.start), timestamp(month.end), userId, limit],
    );
    return rows.map(toTransfer);
  }

  /** Payouts themselves are no lines of payout statements: each is what its statement is about. */
  async listBeforePayout(
    providerId: UserId,
    payout: LedgerTransferId,
    limit: number,
  ): Promise<readonly UndocumentedTransfer[]> {
    const rows = await this.#session.rows<TransferRow>(
      'undocumented_before_payout',
      `SELECT ${columns('')} ${FROM}
       WHERE ${BEFORE_PAYOUT} AND transfer.kind <> 'payout' AND ${isOnNone('payout')}
       GROUP BY transfer.id, listing.title, booking.start_at, booking.end_at ORDER BY min(entry.id) LIMIT ?`,
      [providerId, providerId, payout, limit],
    );
    return rows.map(toTransfer);
  }

  async beforePayout(providerId: UserId, payout: LedgerTransferId) {
    const row = await this.#session.row<{
      readonly available: string;
      readonly undocumented: string;
      readonly previous_at: Instant | null;
      readonly first_at: Instant | null;
    }>(
      'before_payout',
      `SELECT coalesce(sum(entry.amount_micros), 0)::text AS available,
         coalesce(sum(entry.amount_micros) FILTER (WHERE transfer.kind <> 'payout' AND ${isOnNone('payout')}), 0)::text
           AS undocumented,
         max(transfer.at) FILTER (WHERE transfer.kind = 'payout') AS previous_at, min(transfer.at) AS first_at
       ${FROM} WHERE ${BEFORE_PAYOUT}`,
      [providerId, providerId, payout],
    );
    return {
      available: amountMicros(BigInt(row?.available ?? 0)),
      undocumented: amountMicros(BigInt(row?.undocumented ?? 0)),
      since: row?.previous_at ?? row?.first_at ?? null,
    };
  }
}

/** Entries of a provider's available earnings that came before those of the payout's transfer. */
const BEFORE_PAYOUT = `account.kind = 'provider_available' AND account.user_id = ? AND entry.id < (
  SELECT min(paid.id) FROM ledger_entries paid JOIN ledger_accounts own ON own.id = paid.account_id
  WHERE own.kind = 'provider_available' AND own.user_id = ? AND paid.transfer_id = ?)`;

function toTransfer(row: TransferRow): UndocumentedTransfer {
  const { booking_id: id, end_at: end, start_at: start, title } = row;
  const hasBooking = id !== null && title !== null && start !== null && end !== null;
  return {
    transferId: row.transfer_id,
    kind: row.kind,
    at: row.at,
    explanation: row.explanation,
    booking: hasBooking ? { id, title, start: toIso(start), end: toIso(end) } : null,
    amount: amountMicros(BigInt(row.amount)),
    fee: amountMicros(BigInt(row.fee)),
  };
}
