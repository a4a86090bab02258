import { describe, expect, it } from 'vitest';
import { debtIdSchema, ledgerTransferIdSchema, paymentIdSchema, userIdSchema } from '../common/ids.ts';
import { instant } from '../common/instant.ts';
import { amountMicros, currencySchema } from '../common/money.ts';
import type { LedgerTransfer } from './ledger.ts';
import {
  chargebackReversedTransfer,
  chargebackTransfer,
  manualTransfer,
  refundReversedTransfer,
  refundTransfer,
  renterDebtRepaidTransfer,
  topUpTransfer,
} from './payment-transfers.ts';

const posting = { id: ledgerTransferIdSchema.parse('019a0000-0000-7000-8000-000000000001'), at: instant(0) };
const payment = {
  id: paymentIdSchema.parse('019a0000-0000-7000-8000-000000000002'),
  userId: userIdSchema.parse('019a0000-0000-7000-8000-000000000003'),
  amount: amountMicros(50n),
  currency: currencySchema.parse('EUR'),
};
const debt = { ...payment, id: debtIdSchema.parse('019a0000-0000-7000-8000-000000000004'), paymentId: payment.id };
const of = (transfer: LedgerTransfer) => Object.fromEntries(transfer.entries.map((e) => [e.account.kind, e.amount]));

describe('the transfers of payments', () => {
  it.each<[string, LedgerTransfer, Readonly<Record<string, bigint>>]>([
    ['a top-up', topUpTransfer(posting, payment), { wallet: 50n, clearing: -50n }],
    ['a credit', manualTransfer(posting, payment, 'manual_credit', 'Why.'), { wallet: 50n, adjustments: -50n }],
    ['a debit', manualTransfer(posting, payment, 'manual_debit', 'Why.'), { wallet: -50n, adjustments: 50n }],
    ['a refund', refundTransfer(posting, payment), { wallet: -50n, clearing: 50n }],
    ['a refund that failed', refundReversedTransfer(posting, payment), { wallet: 50n, clearing: -50n }],
    [
      'a chargeback that the wallet pays',
      chargebackTransfer(posting, payment, amountMicros(50n)),
      { clearing: 50n, wallet: -50n },
    ],
    [
      'one that it pays in part',
      chargebackTransfer(posting, payment, amountMicros(14n)),
      { clearing: 50n, wallet: -14n, losses: -36n },
    ],
    ['one of an empty wallet', chargebackTransfer(posting, payment, amountMicros(0n)), { clearing: 50n, losses: -50n }],
    [
      'one that was won',
      chargebackReversedTransfer(posting, payment, amountMicros(50n)),
      { clearing: -50n, wallet: 50n },
    ],
    [
      'one of which we bore a part',
      chargebackReversedTransfer(posting, payment, amountMicros(20n)),
      { clearing: -50n, wallet: 20n, losses: 30n },
    ],
    [
      'a debt that is paid back',
      renterDebtRepaidTransfer(posting, debt, amountMicros(7n), payment.id),
      { wallet: -7n, losses: 7n },
    ],
  ])('%s', (_what, transfer, expected) => {
    expect(of(transfer)).toEqual(expected);
    expect(transfer.entries.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
    expect(transfer.paymentId).toBe(payment.id);
  });

  it('of one payment have a key each, so that none is posted twice and none hides another', () => {
    const keys = [
      topUpTransfer(posting, payment),
      refundTransfer(posting, payment),
      refundReversedTransfer(posting, payment),
      chargebackTransfer(posting, payment, amountMicros(0n)),
      chargebackReversedTransfer(posting, payment, amountMicros(0n)),
    ].map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
