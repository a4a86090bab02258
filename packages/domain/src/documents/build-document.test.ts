import { describe, expect, test } from 'vitest';
import { instant } from '../common/instant.ts';
import { ledgerTransferIdSchema, paymentIdSchema } from '../common/ids.ts';
import { amountMicros, currencySchema } from '../common/money.ts';
import type { TransferKind } from '../ledger/ledger.ts';
import type { DocumentHead } from './build-document.ts';
import { buildInvoice, buildPayoutStatement, buildProviderStatement } from './build-document.ts';
import { canonicalJson } from './canonical-json.ts';
import { documentContentSchema } from './document-content.ts';
import type { UndocumentedTransfer } from './document-repository.ts';

const party = { name: 'Märkte GmbH', address: ['Weg 1', '10115 Berlin'], country: 'DE', taxId: 'DE1', email: null };
const head: DocumentHead = {
  kind: 'invoice',
  number: 'INV-2026-000001',
  issuedAt: instant(Date.UTC(2026, 11, 1, 1)),
  period: { start: instant(Date.UTC(2026, 10)), end: instant(Date.UTC(2026, 11)) },
  part: 1,
  currency: currencySchema.parse('EUR'),
  issuer: party,
  recipient: party,
};
const VAT = { name: 'VAT', basisPoints: 1_900 };

const moved = (kind: TransferKind, amount: bigint, fee = 0n): UndocumentedTransfer => ({
  transferId: ledgerTransferIdSchema.parse('019a0000-0000-7000-8000-000000000001'),
  kind,
  at: instant(Date.UTC(2026, 10, 3)),
  explanation: 'The time in which access worked.',
  booking: null,
  amount: amountMicros(amount),
  fee: amountMicros(fee),
});

describe('a document', () => {
  test('of a renter sums his charges and what came back, with the tax of the sum', () => {
    const content = buildInvoice(head, [moved('charge', 119_000_000n), moved('charge_returned', -23_800_000n)], VAT);
    expect(content).toMatchObject({
      totalMicros: '95200000',
      tax: { grossMicros: '95200000', includedMicros: '15200000', netMicros: '80000000' },
      balance: null,
    });
    expect(content.lines.map(({ position }) => position)).toEqual([1, 2]);
  });

  test('of a provider leads from what he had to what he has, and taxes his turnover at his own rate', () => {
    const transfers = [
      moved('charge', 9_000_000n, 1_000_000n),
      moved('charge_returned', -900_000n, -100_000n),
      moved('payout', -5_000_000n),
    ];
    const facts = { opening: amountMicros(2_000_000n), tax: { name: 'VAT', basisPoints: 2_000 } };
    expect(buildProviderStatement(head, transfers, facts)).toMatchObject({
      totalMicros: '3100000',
      balance: { openingMicros: '2000000', closingMicros: '5100000' },
      tax: { grossMicros: '8100000', includedMicros: '1350000', netMicros: '6750000' },
      lines: [
        { amountMicros: '9000000', grossMicros: '10000000', feeMicros: '1000000' },
        { amountMicros: '-900000', grossMicros: '-1000000', feeMicros: '-100000' },
        { amountMicros: '-5000000', grossMicros: null, feeMicros: null },
      ],
    });
  });

  test('of a payout says what became available since the one before, and names the payout', () => {
    const paymentId = paymentIdSchema.parse('019a0000-0000-7000-8000-000000000002');
    const payout = { paymentId, amount: amountMicros(25_000_000n) };
    const facts = { opening: amountMicros(5_000_000n), payout, tax: VAT };
    expect(buildPayoutStatement(head, [moved('earning_available', 20_000_000n)], facts)).toMatchObject({
      totalMicros: '20000000',
      balance: { openingMicros: '5000000', closingMicros: '25000000' },
      payout: { paymentId, amountMicros: '25000000' },
      tax: { grossMicros: '0', includedMicros: '0' },
    });
  });

  test('is what its schema says, and its canonical text is the same whatever the order of its keys', () => {
    const content = buildInvoice(head, [moved('charge', 1n)], VAT);
    const again = documentContentSchema.parse(JSON.parse(canonicalJson(content)));
    expect(again).toEqual(content);
    const reordered = Object.fromEntries(Object.entries(content).toReversed());
    expect(canonicalJson(reordered)).toBe(canonicalJson(content));
  });

  test('holds no fractions, and no half characters', () => {
    expect(() => canonicalJson({ a: 0.5 })).toThrow(TypeError);
    expect(() => canonicalJson({ a: undefined })).toThrow(TypeError);
    expect(canonicalJson({ b: 'ä\ud800', a: [1, null, true] })).toBe('{"a":[1,null,true],"b":"ä\ufffd"}');
  });
});
