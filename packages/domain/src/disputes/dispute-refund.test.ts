import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feeOf } from '../bookings/booking-price.ts';
import { amountMicros, currencySchema } from '../common/money.ts';
import type { RefundWish } from './dispute-refund.ts';
import { refundAmount, refundParts, refundedBy } from './dispute-refund.ts';

const EUR = currencySchema.parse('EUR');
const micros = amountMicros;
const wish = (outcome: RefundWish['outcome'], amount: bigint | null = null): RefundWish => ({
  outcome,
  amount: amount === null ? null : micros(amount),
});

describe('the amount of a decision', () => {
  it.each<[string, RefundWish, bigint, bigint]>([
    ['full: all of the charge, cents or not', wish('full'), 3_333_333n, 3_333_333n],
    ['full: what an earlier dispute left of it', wish('full'), 333_333n, 333_333n],
    ['partial: the amount', wish('partial', 1_500_000n), 3_333_333n, 1_500_000n],
    ['partial: the smallest amount, one cent', wish('partial', 10_000n), 3_333_333n, 10_000n],
    ['partial: all of it, when it is whole cents', wish('partial', 3_330_000n), 3_330_000n, 3_330_000n],
    ['none: nothing', wish('none'), 3_333_333n, 0n],
    ['none: nothing, of nothing', wish('none'), 0n, 0n],
  ])('%s', (_name, given, left, amount) => {
    expect(refundAmount(given, micros(left), EUR)).toBe(amount);
  });

  it.each<[string, RefundWish, bigint, string]>([
    ['a partial refund without an amount', wish('partial'), 1_000_000n, 'needs an amount above zero'],
    ['zero', wish('partial', 0n), 1_000_000n, 'needs an amount above zero'],
    ['less than zero', wish('partial', -10_000n), 1_000_000n, 'needs an amount above zero'],
    ['three decimals', wish('partial', 1_000n), 1_000_000n, 'must be in whole cents'],
    ['more than was charged', wish('partial', 1_010_000n), 1_000_000n, 'At most 1.00 EUR of the charge are left'],
    ['anything of nothing', wish('partial', 10_000n), 0n, 'At most 0.00 EUR of the charge are left'],
    ['all of nothing', wish('full'), 0n, 'Nothing of the charge is left'],
    ['an amount beside a full refund', wish('full', 10_000n), 1_000_000n, 'belongs to a partial refund only'],
    ['an amount beside no refund', wish('none', 10_000n), 1_000_000n, 'belongs to a partial refund only'],
  ])('is refused: %s', (_name, given, left, message) => {
    const decided = () => refundAmount(given, micros(left), EUR);
    expect(decided).toThrow(message);
    expect(decided).toThrow(expect.objectContaining({ code: 'invalid_amount', field: 'amount' }));
  });

  it('counts what earlier disputes gave back, and nothing of those that are open or were withdrawn', () => {
    const decided = (refund: bigint) => ({
      decision: { outcome: 'partial' as const, refund: micros(refund), reason: '', decidedBy: '' as never },
    });
    expect(refundedBy([])).toBe(0n);
    expect(refundedBy([decided(5n), { decision: null }, decided(7n)])).toBe(12n);
  });
});

describe('who gives a refund back', () => {
  const charge = (charged: bigint, feeBasisPoints: number) => ({ chargedAmount: micros(charged), feeBasisPoints });

  it.each<[string, bigint, number, bigint, bigint, bigint, bigint]>([
    ['all of 3.00 at 10 %: 0.30 and 2.70', 3_000_000n, 1_000, 0n, 3_000_000n, 300_000n, 2_700_000n],
    ['1.00 of 3.00 at 10 %: 0.10 and 0.90', 3_000_000n, 1_000, 0n, 1_000_000n, 100_000n, 900_000n],
    ['the rest after that', 3_000_000n, 1_000, 1_000_000n, 2_000_000n, 200_000n, 1_800_000n],
    ['a fee that was rounded up goes back rounded up', 5n, 1_000, 0n, 5n, 1n, 4n],
    ['where no fee was taken the provider gives all', 1_000_000n, 0, 0n, 400_000n, 0n, 400_000n],
    ['where all was the fee the platform gives all', 1_000_000n, 10_000, 0n, 400_000n, 400_000n, 0n],
  ])('%s', (_name, charged, basisPoints, refunded, amount, fee, share) => {
    expect(refundParts(charge(charged, basisPoints), micros(refunded), micros(amount))).toEqual({ fee, share });
  });

  it('sums to the refund, asks nobody for less than nothing, and leaves the fee of what is left', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10_000_000_000n }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.array(fc.bigInt({ min: 1n, max: 10_000_000_000n }), { minLength: 1, maxLength: 5 }),
        (charged, basisPoints, wishes) => {
          let refunded = 0n;
          let feeBack = 0n;
          for (const wanted of wishes) {
            const amount = wanted % (charged - refunded + 1n);
            const { fee, share } = refundParts(charge(charged, basisPoints), micros(refunded), micros(amount));
            expect(fee + share).toBe(amount);
            expect(fee).toBeGreaterThanOrEqual(0n);
            expect(share).toBeGreaterThanOrEqual(0n);
            refunded += amount;
            feeBack += fee;
          }
          expect(feeOf(micros(charged), basisPoints) - feeBack).toBe(feeOf(micros(charged - refunded), basisPoints));
        },
      ),
    );
  });
});
