import type { IdSource, LedgerTransferId, PaymentId, UserId } from '../common/ids.ts';
import { documentIdSchema, newId } from '../common/ids.ts';
import type { Clock, Instant, TimeRange } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { amountMicros, formatMicros, minusMicros } from '../common/money.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { User } from '../users/user.ts';
import { buildInvoice, buildPayoutStatement, buildProviderStatement, sumOf } from './build-document.ts';
import type { DocumentHead } from './build-document.ts';
import { canonicalJson } from './canonical-json.ts';
import type { DocumentContent, DocumentParty } from './document-content.ts';
import type { DocumentKind } from './document-kind.ts';
import { documentNumber, seriesOfKind } from './document-kind.ts';
import type { DocumentSummary, NewDocument } from './document.ts';
import { DOCUMENT_LINES_MAX } from './document.ts';
import { addressLines } from './tax-data.ts';
import type { Tax } from './tax.ts';

export interface DocumentIssuerOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly currency: Currency;
  /** Who runs this marketplace, as documents name him. */
  readonly issuer: DocumentParty;
  /** What the prices of this installation include. */
  readonly tax: Tax;
  /** For tests: lines of one document. */
  readonly linesMax?: number;
}

/**
 * Issues documents, always inside the caller's transaction: number, document and lines are written together or not at all. Locks the
 * series first (after ledger accounts, before event streams); what is still to be documented is read under that lock.
 */
export class DocumentIssuer {
  readonly #options: Required<DocumentIssuerOptions>;

  constructor(options: DocumentIssuerOptions) {
    this.#options = { linesMax: DOCUMENT_LINES_MAX, ...options };
  }

  /** The next document of a renter's month: an invoice, or a credit note when more came back than was charged. Null when none is missing. */
  async issueRenterMonth(tx: Tx, renterId: UserId, month: TimeRange): Promise<DocumentSummary | null> {
    const at = this.#options.clock.now();
    await tx.documents.lockSeries(['CRN', 'INV'], yearOf(at));
    const transfers = await tx.documents.listMonth('renter', renterId, month, this.#options.linesMax);
    if (transfers.length === 0) return null;
    const kind = sumOf(transfers) < 0n ? 'credit_note' : 'invoice';
    const { count } = await tx.documents.earlierParts('renter', renterId, month.start);
    const place = { kind, userId: renterId, period: month, part: count + 1, paymentId: null, at } as const;
    return this.#issue(tx, place, await billingParty(tx, renterId), (head) =>
      buildInvoice(head, transfers, this.#options.tax),
    );
  }

  /** The next statement of a provider's month. Null when none is missing. */
  async issueProviderMonth(tx: Tx, providerId: UserId, month: TimeRange): Promise<DocumentSummary | null> {
    const at = this.#options.clock.now();
    await tx.documents.lockSeries(['PST'], yearOf(at));
    const transfers = await tx.documents.listMonth('provider', providerId, month, this.#options.linesMax);
    if (transfers.length === 0) return null;
    const earlier = await tx.documents.earlierParts('provider', providerId, month.start);
    const before = await tx.documents.providerBalanceBefore(providerId, month.start);
    const { party, tax } = await providerParty(tx, providerId, this.#options.tax);
    const part = earlier.count + 1;
    const place = { kind: 'provider_statement', userId: providerId, period: month, part, paymentId: null, at } as const;
    return this.#issue(tx, place, party, (head) =>
      buildProviderStatement(head, transfers, { opening: amountMicros(before + earlier.total), tax }),
    );
  }

  /**
   * The statement of a payout, in the transaction that posted its transfer: what became available since the payout before. More lines
   * than one document holds make several, of which the last names the payout.
   * @param payout.amount positive, what goes out
   */
  async issuePayoutStatement(
    tx: Tx,
    payout: {
      readonly providerId: UserId;
      readonly paymentId: PaymentId;
      readonly transferId: LedgerTransferId;
      readonly amount: AmountMicros;
      readonly at: Instant;
    },
  ): Promise<readonly DocumentSummary[]> {
    const { linesMax } = this.#options;
    const at = this.#options.clock.now();
    const { providerId, paymentId, transferId, amount } = payout;
    await tx.documents.lockSeries(['POS'], yearOf(at));
    const before = await tx.documents.beforePayout(providerId, transferId);
    const { party, tax } = await providerParty(tx, providerId, this.#options.tax);
    const period = { start: before.since ?? payout.at, end: payout.at };
    const issued: DocumentSummary[] = [];
    let opening = minusMicros(before.available, before.undocumented);
    for (let isLast = false; !isLast;) {
      // One more than fits tells whether another document follows; what is on one already is not listed again.
      const found = await tx.documents.listBeforePayout(providerId, transferId, linesMax + 1);
      const lines = found.slice(0, linesMax);
      isLast = found.length <= linesMax;
      const facts = { opening, payout: isLast ? { paymentId, amount } : null, tax };
      const part = issued.length + 1;
      const place = { kind: 'payout_statement', userId: providerId, period, part, paymentId, at } as const;
      issued.push(await this.#issue(tx, place, party, (head) => buildPayoutStatement(head, lines, facts)));
      opening = amountMicros(opening + sumOf(lines));
    }
    return issued;
  }

  async #issue(
    tx: Tx,
    place: {
      readonly kind: DocumentKind;
      readonly userId: UserId;
      readonly period: TimeRange;
      readonly part: number;
      readonly paymentId: PaymentId | null;
      readonly at: Instant;
    },
    recipient: DocumentParty,
    build: (head: DocumentHead) => DocumentContent,
  ): Promise<DocumentSummary> {
    const { currency, ids, issuer } = this.#options;
    const { at, ...where } = place;
    const series = seriesOfKind[place.kind];
    const year = yearOf(at);
    const sequence = await tx.documents.takeNumber(series, year);
    const number = documentNumber(series, year, sequence);
    const content = build({ ...where, number, issuedAt: at, currency, issuer, recipient });
    const document: NewDocument = {
      ...where,
      id: newId(ids, documentIdSchema),
      series,
      year,
      sequence,
      total: amountMicros(BigInt(content.totalMicros)),
      tax: amountMicros(BigInt(content.tax.includedMicros)),
      currency,
      issuedAt: at,
      canonical: canonicalJson(content),
      lines: content.lines,
    };
    const sha256 = await tx.documents.insert(document);
    tx.events.add({
      audience: place.userId,
      kind: 'document_issued',
      subject: 'document',
      subjectId: document.id,
      text: `${kindWords[place.kind]} ${number} over ${formatMicros(document.total, currency)} is ready.`,
    });
    return { ...document, number, sha256 };
  }
}

const kindWords = {
  invoice: 'The invoice',
  credit_note: 'The credit note',
  provider_statement: 'The statement',
  payout_statement: 'The payout statement',
} as const satisfies Record<DocumentKind, string>;

/** The year whose numbers are taken: that of the issue, in UTC. */
function yearOf(at: Instant): number {
  return new Date(at).getUTCFullYear();
}

async function billingParty(tx: Tx, userId: UserId): Promise<DocumentParty> {
  const user = await personOf(tx, userId);
  const data = await tx.documents.findBillingData(userId);
  return {
    name: data?.name ?? user.displayName,
    address: data === null ? [] : [...addressLines(data.address)],
    country: data?.country ?? null,
    taxId: data?.taxId ?? null,
    email: user.email,
  };
}

async function providerParty(
  tx: Tx,
  userId: UserId,
  installation: Tax,
): Promise<{ readonly party: DocumentParty; readonly tax: Tax }> {
  const user = await personOf(tx, userId);
  const data = await tx.documents.findProviderTaxData(userId);
  return {
    party: {
      name: data?.legalName ?? user.providerProfile?.publicName ?? user.displayName,
      address: data === null ? [] : [...addressLines(data.address)],
      country: data?.country ?? null,
      taxId: data?.taxId ?? null,
      email: user.email,
    },
    tax: { name: installation.name, basisPoints: data?.taxBasisPoints ?? 0 },
  };
}

async function personOf(tx: Tx, userId: UserId): Promise<User> {
  const user = await tx.users.findById(userId);
  if (user === null) throw new Error('A document is about somebody whose row is gone.');
  return user;
}
