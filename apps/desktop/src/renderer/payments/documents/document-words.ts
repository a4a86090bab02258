import type { DocumentKind } from '@rsm/domain/documents/document-kind';

export const documentKindWords: Readonly<Record<DocumentKind, string>> = {
  invoice: 'Invoice',
  credit_note: 'Credit note',
  provider_statement: 'Earnings statement',
  payout_statement: 'Payout statement',
};

const BASIS_POINTS_PER_PERCENT = 100;
const percent = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

/** `19 % VAT`. */
export function taxName(tax: { readonly name: string; readonly basisPoints: number }): string {
  return `${percent.format(tax.basisPoints / BASIS_POINTS_PER_PERCENT)} % ${tax.name}`;
}

const inUtc = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const MONTH = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const DAY_MS = 86_400_000;

/** `March 2031` for a whole month, else its first and last day. Documents count in UTC; the end is not included. */
export function periodText({ start, end }: { readonly start: Date; readonly end: Date }): string {
  const nextMonth = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1);
  const isMonth = start.getTime() === Date.UTC(start.getUTCFullYear(), start.getUTCMonth());
  if (isMonth && end.getTime() === nextMonth) return MONTH.format(start);
  const last = new Date(Math.max(start.getTime(), Math.ceil(end.getTime() / DAY_MS) * DAY_MS - DAY_MS));
  return inUtc.formatRange(start, last);
}

/** A day of a document, in UTC as it is printed. */
export const documentDay = (time: string | Date): string => inUtc.format(new Date(time));
