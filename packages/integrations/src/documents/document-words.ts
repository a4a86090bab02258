import type { DocumentContent, DocumentLine } from '@rsm/domain/documents/document-content';
import type { DocumentKind } from '@rsm/domain/documents/document-kind';
import type { TransferKind } from '@rsm/domain/ledger/ledger';

export const titles = {
  invoice: 'Invoice',
  credit_note: 'Credit note',
  provider_statement: 'Statement of earnings',
  payout_statement: 'Payout statement',
} as const satisfies Record<DocumentKind, string>;

/** How what a document is about was or will be settled. */
export const settlementNotes = {
  invoice: 'Paid from the prepaid wallet: nothing is due.',
  credit_note: 'The amount was returned to the wallet.',
  provider_statement: 'Amounts are what the ledger added to, or took from, pending and available earnings together.',
  payout_statement: 'Amounts are what the ledger added to, or took from, available earnings.',
} as const satisfies Record<DocumentKind, string>;

const lineWords: Partial<Record<TransferKind, string>> = {
  charge: 'Booking',
  charge_returned: 'Returned',
  dispute_refund: 'Refund after a dispute',
  earning_available: 'Became available',
  provider_penalty: 'Returned by the provider',
  payout: 'Payout',
  payout_reversed: 'Payout came back',
  debt_repaid: 'Repaid',
};

/** What a line is, before its own sentence: `Booking: Sixteen cores, 2026-11-03 10:00 to 12:00 UTC`. */
export function lineTitle(line: DocumentLine): string {
  const word = lineWords[line.kind] ?? line.kind;
  if (line.booking === null) return word;
  return `${word}: ${line.booking.title}, ${stretch(line.booking.start, line.booking.end)}`;
}

/** `2026-11-03 10:00 to 12:00 UTC`; the day is said twice when it differs. */
export function stretch(start: string, end: string): string {
  const [from, to] = [minuteOf(start), minuteOf(end)];
  return `${from} to ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to} UTC`;
}

/** A month by its days, both included; a payout's stretch by the minute. */
export function periodWords({ kind, period }: DocumentContent): string {
  if (kind === 'payout_statement') return stretch(period.start, period.end);
  const lastDay = new Date(Date.parse(period.end) - 1).toISOString();
  return `${dayOf(period.start)} to ${dayOf(lastDay)} (UTC)`;
}

export function dayOf(iso: string): string {
  return iso.slice(0, 10);
}

function minuteOf(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

/** `19 %` of 1900 basis points, `8.1 %` of 810. */
export function rateWords(basisPoints: number): string {
  const whole = Math.trunc(basisPoints / 100);
  const fraction = String(basisPoints % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${String(whole)} %` : `${String(whole)}.${fraction} %`;
}

const DECIMALS_MAX = 6;
const DECIMALS_MIN = 2;
type Micros = DocumentContent['totalMicros'];

/** Writes amounts of one document with the same number of decimals, the fewest that are exact, so that columns line up. */
export function amountWriter(content: DocumentContent): (micros: Micros) => string {
  const { balance, lines, payout, tax, totalMicros } = content;
  const amounts = [
    ...lines.flatMap((line) => [line.amountMicros, line.grossMicros, line.feeMicros]),
    totalMicros,
    tax.includedMicros,
    tax.netMicros,
    balance?.openingMicros ?? '0',
    payout?.amountMicros ?? '0',
  ];
  const decimals = Math.max(DECIMALS_MIN, ...amounts.map((micros) => (micros === null ? 0 : decimalsOf(micros))));
  return (micros) => {
    const digits = micros.replace('-', '').padStart(DECIMALS_MAX + 1, '0');
    const [units, fraction] = [digits.slice(0, -DECIMALS_MAX), digits.slice(-DECIMALS_MAX)];
    return `${micros.startsWith('-') ? '-' : ''}${units}.${fraction.slice(0, decimals)}`;
  };
}

function decimalsOf(micros: Micros): number {
  return micros.padStart(DECIMALS_MAX, '0').slice(-DECIMALS_MAX).replace(/0+$/, '').length;
}
