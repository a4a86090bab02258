import type { TransferKind } from '../ledger/ledger.ts';

export const documentKinds = ['invoice', 'credit_note', 'provider_statement', 'payout_statement'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** Whose view of the ledger a document gives. A transfer stands on at most one document of each. */
export const documentScopes = ['renter', 'provider', 'payout'] as const;
export type DocumentScope = (typeof documentScopes)[number];

/** Prefixes of numbers. Each series counts by itself, and anew every year. */
export const documentSeries = ['INV', 'CRN', 'PST', 'POS'] as const;
export type DocumentSeries = (typeof documentSeries)[number];

export const seriesOfKind = {
  invoice: 'INV',
  credit_note: 'CRN',
  provider_statement: 'PST',
  payout_statement: 'POS',
} as const satisfies Record<DocumentKind, DocumentSeries>;

export const scopeOfKind = {
  invoice: 'renter',
  credit_note: 'renter',
  provider_statement: 'provider',
  payout_statement: 'payout',
} as const satisfies Record<DocumentKind, DocumentScope>;

/** Transfers that a renter's invoice lists: what bookings cost him and what came back of that. */
export const invoicedKinds = ['charge', 'charge_returned', 'dispute_refund'] as const satisfies readonly TransferKind[];

/** Transfers that change what a provider has: his month's statement lists them. */
export const statedKinds = [
  ...invoicedKinds,
  'provider_penalty',
  'payout',
  'payout_reversed',
  'debt_repaid',
] as const satisfies readonly TransferKind[];

/** What of them is the provider's turnover, of which he owes tax himself. */
const turnoverKinds: ReadonlySet<TransferKind> = new Set(invoicedKinds);

/** Whether a line of a provider's statement belongs to his turnover. */
export function isTurnover(kind: TransferKind): boolean {
  return turnoverKinds.has(kind);
}

/** The number as it is printed: `INV-2026-000123`. */
export function documentNumber(series: DocumentSeries, year: number, sequence: number): string {
  return `${series}-${String(year)}-${String(sequence).padStart(6, '0')}`;
}
