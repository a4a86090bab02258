import type { PaymentId } from '../common/ids.ts';
import type { Instant, TimeRange } from '../common/instant.ts';
import { toIso } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { ZERO_MICROS, amountMicros, minusMicros } from '../common/money.ts';
import type { DocumentContent, DocumentLine, DocumentParty } from './document-content.ts';
import type { DocumentKind } from './document-kind.ts';
import { isTurnover } from './document-kind.ts';
import type { UndocumentedTransfer } from './document-repository.ts';
import type { Tax } from './tax.ts';
import { taxIncludedIn } from './tax.ts';

export interface DocumentHead {
  readonly kind: DocumentKind;
  readonly number: string;
  readonly issuedAt: Instant;
  readonly period: TimeRange;
  readonly part: number;
  readonly currency: Currency;
  readonly issuer: DocumentParty;
  readonly recipient: DocumentParty;
}

/** A month's lines as an invoice: what the renter owes for his bookings, with the tax that is in it. */
export function buildInvoice(
  head: DocumentHead,
  transfers: readonly UndocumentedTransfer[],
  tax: Tax,
): DocumentContent {
  const total = sumOf(transfers);
  return {
    ...headOf(head),
    lines: transfers.map((transfer, index) => ({ ...lineOf(transfer, index), grossMicros: null, feeMicros: null })),
    totalMicros: total.toString(),
    tax: taxOf(total, tax),
    balance: null,
    payout: null,
  };
}

/** A month's lines as a provider sees them: what he has at its end is what he had at its beginning and the lines. */
export function buildProviderStatement(
  head: DocumentHead,
  transfers: readonly UndocumentedTransfer[],
  facts: { readonly opening: AmountMicros; readonly tax: Tax },
): DocumentContent {
  const total = sumOf(transfers);
  return {
    ...headOf(head),
    lines: transfers.map(lineOf),
    totalMicros: total.toString(),
    tax: taxOf(sumOf(transfers.filter(({ kind }) => isTurnover(kind))), facts.tax),
    balance: balanceOf(facts.opening, total),
    payout: null,
  };
}

/** What became available since the payout before, and the payout itself. No tax: the month's statement tells of that. */
export function buildPayoutStatement(
  head: DocumentHead,
  transfers: readonly UndocumentedTransfer[],
  facts: {
    readonly opening: AmountMicros;
    readonly payout: { readonly paymentId: PaymentId; readonly amount: AmountMicros } | null;
    readonly tax: Tax;
  },
): DocumentContent {
  const total = sumOf(transfers);
  const { payout } = facts;
  return {
    ...headOf(head),
    lines: transfers.map((transfer, index) => ({ ...lineOf(transfer, index), grossMicros: null, feeMicros: null })),
    totalMicros: total.toString(),
    tax: taxOf(ZERO_MICROS, { name: facts.tax.name, basisPoints: 0 }),
    balance: balanceOf(facts.opening, total),
    payout: payout === null ? null : { paymentId: payout.paymentId, amountMicros: payout.amount.toString() },
  };
}

/** The sum of transfers, as the reader of the document sees them. */
export function sumOf(transfers: readonly UndocumentedTransfer[]): AmountMicros {
  return amountMicros(transfers.reduce((sum, { amount }) => sum + amount, 0n));
}

function headOf(head: DocumentHead) {
  return {
    format: 1,
    kind: head.kind,
    number: head.number,
    issuedAt: toIso(head.issuedAt),
    period: { start: toIso(head.period.start), end: toIso(head.period.end) },
    part: head.part,
    currency: head.currency,
    issuer: head.issuer,
    recipient: head.recipient,
  } as const;
}

function lineOf(transfer: UndocumentedTransfer, index: number): DocumentLine {
  const fromBooking = isTurnover(transfer.kind);
  return {
    position: index + 1,
    transferId: transfer.transferId,
    kind: transfer.kind,
    at: toIso(transfer.at),
    text: transfer.explanation,
    booking: transfer.booking,
    amountMicros: transfer.amount.toString(),
    grossMicros: fromBooking ? (transfer.amount + transfer.fee).toString() : null,
    feeMicros: fromBooking ? transfer.fee.toString() : null,
  };
}

function taxOf(gross: AmountMicros, tax: Tax): DocumentContent['tax'] {
  const included = taxIncludedIn(gross, tax.basisPoints);
  return {
    name: tax.name,
    basisPoints: tax.basisPoints,
    grossMicros: gross.toString(),
    includedMicros: included.toString(),
    netMicros: minusMicros(gross, included).toString(),
  };
}

function balanceOf(opening: AmountMicros, total: AmountMicros): DocumentContent['balance'] {
  return { openingMicros: opening.toString(), closingMicros: (opening + total).toString() };
}
