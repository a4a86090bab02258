import type { DocumentId, PaymentId, UserId } from '../common/ids.ts';
import type { Instant, TimeRange } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { DocumentContent } from './document-content.ts';
import type { DocumentKind, DocumentSeries } from './document-kind.ts';

/** A month with more lines is told in several documents, each with a number of its own. */
export const DOCUMENT_LINES_MAX = 2_000;
/** No rendered document is larger. */
export const DOCUMENT_PDF_BYTES_MAX = 4 * 1024 * 1024;

/** What a list shows of a document. */
export interface DocumentSummary {
  readonly id: DocumentId;
  readonly userId: UserId;
  readonly kind: DocumentKind;
  /** `INV-2026-000123`. */
  readonly number: string;
  readonly period: TimeRange;
  /** Counts the documents of one month from 1; only a month of more than `DOCUMENT_LINES_MAX` lines has a second one. */
  readonly part: number;
  /** The payout that a payout statement is about. */
  readonly paymentId: PaymentId | null;
  readonly total: AmountMicros;
  readonly tax: AmountMicros;
  readonly currency: Currency;
  readonly issuedAt: Instant;
  /** SHA-256 of `canonical`, in hexadecimal digits. */
  readonly sha256: string;
}

/** An issued document. Never changed, never deleted. */
export interface IssuedDocument extends DocumentSummary {
  readonly content: DocumentContent;
  /** The content as RFC 8785 writes it: what the hash is taken of. */
  readonly canonical: string;
}

/** A document that is about to be issued, as the repository takes it. */
export interface NewDocument extends Omit<DocumentSummary, 'number' | 'sha256'> {
  readonly series: DocumentSeries;
  readonly year: number;
  readonly sequence: number;
  readonly canonical: string;
  readonly lines: DocumentContent['lines'];
}
