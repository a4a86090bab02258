import { instant } from '@rsm/domain/common/instant';
import { bookingIdSchema, ledgerTransferIdSchema, paymentIdSchema } from '@rsm/domain/common/ids';
import { amountMicros, currencySchema } from '@rsm/domain/common/money';
import type { DocumentHead } from '@rsm/domain/documents/build-document';
import { buildInvoice, buildPayoutStatement, buildProviderStatement } from '@rsm/domain/documents/build-document';
import type { DocumentContent } from '@rsm/domain/documents/document-content';
import type { UndocumentedTransfer } from '@rsm/domain/documents/document-repository';

const VAT = { name: 'USt.', basisPoints: 1_900 };

const idOf = (count: number): string => `019a0000-0000-7000-8000-${String(count).padStart(12, '0')}`;

export const sampleHead: DocumentHead = {
  kind: 'invoice',
  number: 'INV-2026-000123',
  issuedAt: instant(Date.UTC(2026, 11, 1, 1)),
  period: { start: instant(Date.UTC(2026, 10)), end: instant(Date.UTC(2026, 11)) },
  part: 1,
  currency: currencySchema.parse('EUR'),
  issuer: {
    name: 'Märkte für Rechner GmbH',
    address: ['Große Straße 1', '50667 Köln'],
    country: 'DE',
    taxId: 'DE123456789',
    email: 'billing@markt.test',
  },
  recipient: {
    name: 'Łukasz Ångström & Söhne',
    address: ['Οδός Ερμού 5', 'Αθήνα'],
    country: 'GR',
    taxId: null,
    email: 'lukasz@example.test',
  },
};

/** Charges one a day of November, some with millionths, each with a title that somebody chose. */
export function sampleTransfers(count: number): readonly UndocumentedTransfer[] {
  return Array.from({ length: count }, (_, index) => ({
    transferId: ledgerTransferIdSchema.parse(idOf(index + 1)),
    kind: index % 10 === 9 ? 'charge_returned' : 'charge',
    at: instant(Date.UTC(2026, 10, 1 + (index % 30), 10)),
    explanation: 'The time in which access worked, less the minutes in which the machine was down or degraded.',
    booking: {
      id: bookingIdSchema.parse(idOf(900_000 + index)),
      title: `Sixteen cores under 2 € №${String(index + 1)}`,
      start: '2026-11-03T10:00:00.000Z',
      end: index % 7 === 0 ? '2026-11-04T12:00:00.000Z' : '2026-11-03T12:00:00.000Z',
    },
    amount: amountMicros(index % 10 === 9 ? -1_800_000n : 9_000_000n + BigInt(index)),
    fee: amountMicros(index % 10 === 9 ? -200_000n : 1_000_000n),
  }));
}

export function sampleInvoice(lines: number, head: Partial<DocumentHead> = {}): DocumentContent {
  return buildInvoice({ ...sampleHead, ...head }, sampleTransfers(lines), VAT);
}

export function sampleProviderStatement(lines: number): DocumentContent {
  const head: DocumentHead = { ...sampleHead, kind: 'provider_statement', number: 'PST-2026-000007', part: 2 };
  const facts = { opening: amountMicros(5_000_000n), tax: { name: 'USt.', basisPoints: 810 } };
  return buildProviderStatement(head, sampleTransfers(lines), facts);
}

export function samplePayoutStatement(): DocumentContent {
  const head: DocumentHead = { ...sampleHead, kind: 'payout_statement', number: 'POS-2026-000001' };
  const payout = { paymentId: paymentIdSchema.parse(idOf(5)), amount: amountMicros(20_000_000n) };
  return buildPayoutStatement(head, sampleTransfers(3), { opening: amountMicros(0n), payout, tax: VAT });
}
