import type { DocumentId, LedgerTransferId, UserId } from '../common/ids.ts';
import type { Instant, TimeRange } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { AccountRef, StatementLine, TransferKind } from '../ledger/ledger.ts';
import type { DocumentLine } from './document-content.ts';
import type { DocumentScope, DocumentSeries } from './document-kind.ts';
import type { DocumentSummary, IssuedDocument, NewDocument } from './document.ts';
import type { TaxDataReads, TaxDataRepository } from './tax-data.ts';

/** A transfer as a document's line tells it, before it has a place. */
export interface UndocumentedTransfer {
  readonly transferId: LedgerTransferId;
  readonly kind: TransferKind;
  readonly at: Instant;
  readonly explanation: string;
  readonly booking: DocumentLine['booking'];
  /** Signed as the reader of the document sees it. */
  readonly amount: AmountMicros;
  /** What of it became the platform's; negative when that gave some back. */
  readonly fee: AmountMicros;
}

/** The documents of one scope and month that a person has already. */
export interface EarlierParts {
  readonly count: number;
  readonly total: AmountMicros;
}

/** How a provider's available balance stood just before a payout's transfer. */
export interface BeforePayout {
  readonly available: AmountMicros;
  /** What of it is on no payout statement. */
  readonly undocumented: AmountMicros;
  /** When the payout before this one was, or the first line when there was none. */
  readonly since: Instant | null;
}

export interface DocumentReads extends TaxDataReads {
  findById(id: DocumentId): Promise<IssuedDocument | null>;
  /** Newest first. */
  list(userId: UserId, request: PageRequest): Promise<Page<DocumentSummary>>;
  /** When the first transfer happened that documents tell of and that lies in no closed month. Null when there is none. */
  firstOpenAt(): Promise<Instant | null>;
  /** People of a scope with transfers of the month on no document, by id after `after`; at most `limit`. */
  listUndocumented(
    scope: 'renter' | 'provider',
    month: TimeRange,
    request: { readonly after: UserId | null; readonly limit: number },
  ): Promise<readonly UserId[]>;
  /** Lines of a person's account in a stretch of time, oldest first, after the entry `after`; at most `limit`. */
  exportLines(
    account: Extract<AccountRef, { userId: UserId }>,
    range: TimeRange,
    request: { readonly after: string | null; readonly limit: number },
  ): Promise<{ readonly lines: readonly StatementLine[]; readonly last: string | null }>;
}

export interface DocumentRepository extends DocumentReads, TaxDataRepository {
  /**
   * Locks series of a year in the order of their names and makes those that are new. Whoever reads what is still to be documented does
   * so after it: two issuers never see the same transfer.
   */
  lockSeries(series: readonly DocumentSeries[], year: number): Promise<void>;
  /** Takes the next number of a locked series. It is lost with the transaction, so that a refused issue leaves no gap. */
  takeNumber(series: DocumentSeries, year: number): Promise<number>;
  /** Transfers of the month on no document of the scope, oldest first; at most `limit`. */
  listMonth(
    scope: 'renter' | 'provider',
    userId: UserId,
    month: TimeRange,
    limit: number,
  ): Promise<readonly UndocumentedTransfer[]>;
  /** What changed a provider's available balance before a payout's transfer and is on no payout statement; at most `limit`. */
  listBeforePayout(
    providerId: UserId,
    payout: LedgerTransferId,
    limit: number,
  ): Promise<readonly UndocumentedTransfer[]>;
  earlierParts(scope: DocumentScope, userId: UserId, periodStart: Instant): Promise<EarlierParts>;
  /** What a provider had, pending and available together, before an instant. */
  providerBalanceBefore(providerId: UserId, at: Instant): Promise<AmountMicros>;
  beforePayout(providerId: UserId, payout: LedgerTransferId): Promise<BeforePayout>;
  /** Writes the document with its lines and returns its hash. @throws DomainError conflict when a line is on another one */
  insert(document: NewDocument): Promise<string>;
  /** Notes that all documents of a month are issued. Doing it twice is harmless. */
  closeMonth(month: TimeRange, at: Instant): Promise<void>;
}
