import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, instant } from '../common/instant.ts';
import { amountMicros } from '../common/money.ts';
import { extensionAmount, feeOf, minimumProduct, quoteAmount } from './booking-price.ts';
import type { PriceSegment } from './booking.ts';

const segment = (startSeconds: number, endSeconds: number, pricePerHour: bigint): PriceSegment => ({
  start: instant(startSeconds * 1_000),
  end: instant(endSeconds * 1_000),
  pricePerHour: amountMicros(pricePerHour),
});

describe('a quote is seconds × price per hour ÷ 3600, rounded once, half up', () => {
  it.each([
    ['one hour at 2.50', [segment(0, 3_600, 2_500_000n)], 2_500_000n],
    ['ten minutes at 2.50', [segment(0, 600, 2_500_000n)], 416_667n],
    ['one second at 0.0018 is exactly half a micro and rounds up', [segment(0, 1, 1_800n)], 1n],
    ['one second at 0.001799 rounds down', [segment(0, 1, 1_799n)], 0n],
    ['thirty days at 1.00', [segment(0, 30 * 86_400, 1_000_000n)], 720_000_000n],
    [
      'an extension at another price: halves of two parts make a whole, because only the sum is rounded',
      [segment(0, 1, 1_799n), segment(1, 2, 1_801n)],
      1n,
    ],
  ])('%s', (_name, segments, expected) => {
    expect(quoteAmount(segments)).toBe(expected);
  });

  it('equals the formula for whole seconds, whatever the window', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 180 * 86_400 }),
        fc.bigInt({ min: 1n, max: 10_000_000_000n }),
        (seconds, price) => {
          const exactDoubled = 2n * BigInt(seconds) * price;
          const expected = (exactDoubled + 3_600n) / 7_200n;
          expect(quoteAmount([segment(1_000, 1_000 + seconds, price)])).toBe(expected);
        },
      ),
    );
  });

  it('never makes an extension cheaper than nothing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: HOUR_MS }),
        fc.integer({ min: 1, max: HOUR_MS }),
        fc.bigInt({ min: 1n, max: 10_000_000n }),
        fc.bigInt({ min: 1n, max: 10_000_000n }),
        (first, second, price, laterPrice) => {
          const a = segment(0, first, price);
          const b = segment(first, first + second, laterPrice);
          expect(quoteAmount([a, b])).toBeGreaterThanOrEqual(quoteAmount([a]));
        },
      ),
    );
  });
});

describe('an extension costs its price at that moment', () => {
  it.each<[string, PriceSegment[], PriceSegment, bigint]>([
    ['an hour at the same price', [segment(0, 3_600, 2_500_000n)], segment(3_600, 7_200, 2_500_000n), 2_500_000n],
    ['half an hour at a higher one', [segment(0, 3_600, 2_500_000n)], segment(3_600, 5_400, 3_000_000n), 1_500_000n],
    ['half an hour at a lower one', [segment(0, 3_600, 2_500_000n)], segment(3_600, 5_400, 1_000_000n), 500_000n],
    ['what the booking was rounded up for is not paid twice', [segment(0, 1, 1_800n)], segment(1, 2, 1_800n), 0n],
    ['what it was rounded down for comes with it', [segment(0, 1, 1_799n)], segment(1, 2, 1_801n), 1n],
  ])('%s', (_name, segments, added, expected) => {
    expect(extensionAmount(segments, added)).toBe(expected);
  });
});

describe('the minimum is the first ten minutes in which access worked', () => {
  it.each<[string, PriceSegment[], number, bigint]>([
    ['from the start', [segment(0, 3_600, 3_600n)], 0, 600n],
    ['from a late start', [segment(0, 3_600, 3_600n)], 1_200, 600n],
    ['what is left of a very late one', [segment(0, 3_600, 3_600n)], 3_300, 300n],
    ['each minute at its own price', [segment(0, 300, 3_600n), segment(300, 3_600, 7_200n)], 0, 900n],
    ['nothing after the end', [segment(0, 3_600, 3_600n)], 3_600, 0n],
  ])('%s', (_name, segments, readySeconds, expected) => {
    expect(minimumProduct(segments, instant(readySeconds * 1_000)) / BigInt(HOUR_MS)).toBe(expected);
  });
});

describe('the platform fee comes out of the charge', () => {
  it.each([
    [1_000_000n, 1_000, 100_000n],
    [1n, 1_000, 0n],
    [5n, 1_000, 1n],
    [0n, 1_000, 0n],
    [1_000_000n, 0, 0n],
    [1_000_000n, 10_000, 1_000_000n],
  ])('of %s at %s basis points is %s', (charged, basisPoints, fee) => {
    expect(feeOf(amountMicros(charged), basisPoints)).toBe(fee);
  });
});
