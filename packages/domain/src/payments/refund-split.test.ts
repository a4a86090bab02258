import { describe, expect, it } from 'vitest';
import { paymentIdSchema, userIdSchema } from '../common/ids.ts';
import { instant } from '../common/instant.ts';
import { amountMicros, currencySchema } from '../common/money.ts';
import { newPayment } from './payment.ts';
import { assertRefundAmount, refundableAmount, splitRefund, type RefundableTopUp } from './refund-split.ts';

const EUR = currencySchema.parse('EUR');
const cents = (count: number) => amountMicros(BigInt(count) * 10_000n);

/** Top-ups of which so many cents can go back, newest first. */
function topUps(...refundable: readonly number[]): readonly RefundableTopUp[] {
  return refundable.map((count, index) => ({
    refundable: cents(count),
    payment: newPayment({
      id: paymentIdSchema.parse(`019a0000-0000-7000-8000-00000000000${String(index)}`),
      userId: userIdSchema.parse('019a0000-0000-7000-8000-0000000000ff'),
      kind: 'top_up',
      status: 'succeeded',
      processor: 'stripe',
      amount: cents(count),
      currency: EUR,
      createdBy: userIdSchema.parse('019a0000-0000-7000-8000-0000000000ff'),
      createdAt: instant(0),
    }),
  }));
}

describe('how much can go back', () => {
  it.each<[string, bigint, readonly number[], bigint]>([
    ['all of it when nothing was spent', 50_000_000n, [3_000, 2_000], 50_000_000n],
    ['what is left in the wallet', 12_000_000n, [3_000, 2_000], 12_000_000n],
    ['no more than was paid by card', 90_000_000n, [3_000, 2_000], 50_000_000n],
    ['whole cents only', 12_345_678n, [3_000], 12_340_000n],
    ['nothing from an empty wallet', 0n, [3_000], 0n],
    ['nothing when no card paid', 90_000_000n, [], 0n],
  ])('is %s', (_what, wallet, paid, expected) => {
    expect(refundableAmount(amountMicros(wallet), topUps(...paid))).toBe(expected);
  });
});

describe('a refund is taken from', () => {
  it.each<[string, number, readonly number[], readonly number[]]>([
    ['the newest top-up alone', 2_500, [3_000, 2_000], [2_500]],
    ['the newest first and then the next', 3_500, [3_000, 2_000], [3_000, 500]],
    ['all of them', 5_000, [3_000, 2_000], [3_000, 2_000]],
  ])('%s', (_what, amount, paid, expected) => {
    const parts = splitRefund(cents(amount), topUps(...paid));
    expect(parts.map((part) => part.amount)).toEqual(expected.map(cents));
  });
});

describe('the amount of a refund', () => {
  it.each<[bigint, RegExp]>([
    [0n, /more than zero/],
    [-10_000n, /more than zero/],
    [15_000n, /whole cents/],
    [5_010_000n, /At most 5\.00 EUR can go back/],
  ])('of %s millionths is refused where 5.00 can go back', (amount, message) => {
    const refusal = () => assertRefundAmount(amountMicros(amount), cents(500), EUR);
    expect(refusal).toThrow(expect.objectContaining({ code: 'invalid_amount', field: 'amount' }) as Error);
    expect(refusal).toThrow(message);
  });

  it('may be all that can go back', () => {
    expect(() => assertRefundAmount(cents(500), cents(500), EUR)).not.toThrow();
  });
});
