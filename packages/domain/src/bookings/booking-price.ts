import type { Instant, TimeRange } from '../common/instant.ts';
import { HOUR_MS, plusMs } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import { amountMicros, divideHalfUp, minusMicros } from '../common/money.ts';
import type { PriceSegment } from './booking.ts';
import { CHARGE_MINIMUM_MS } from './booking.ts';

/** Price times time before the one division: millionths × milliseconds, per hour. */
export type PriceProduct = bigint;

const HOUR = BigInt(HOUR_MS);

/** Price × time of the part of the segments that lies inside the ranges. Ranges must not overlap each other. */
export function priceProduct(segments: readonly PriceSegment[], ranges: readonly TimeRange[]): PriceProduct {
  let product = 0n;
  for (const segment of segments) {
    for (const range of ranges) {
      const sharedMs = Math.min(segment.end, range.end) - Math.max(segment.start, range.start);
      if (sharedMs > 0) product += BigInt(sharedMs) * segment.pricePerHour;
    }
  }
  return product;
}

/**
 * The one rounding of a bill: product.md says seconds × price per hour ÷ 3600, in millionths, rounded once, half up. We
 * count milliseconds, which gives the same amount for whole seconds.
 */
export function amountOf(product: PriceProduct): AmountMicros {
  return amountMicros(divideHalfUp(product, HOUR));
}

/** The exact maximum of a booking: the whole window at the prices it was bought at. */
export function quoteAmount(segments: readonly PriceSegment[]): AmountMicros {
  return amountOf(priceProduct(segments, segments));
}

/**
 * What an extension adds to the maximum: the whole at the prices of its stretches, rounded once, less what it was before.
 */
export function extensionAmount(segments: readonly PriceSegment[], added: PriceSegment): AmountMicros {
  return minusMicros(quoteAmount([...segments, added]), quoteAmount(segments));
}

/**
 * What a booking that was active costs at least: the first ten minutes in which access worked. Of a late start with less
 * than that left, what was left: only ready time is charged.
 */
export function minimumProduct(segments: readonly PriceSegment[], readyAt: Instant): PriceProduct {
  return priceProduct(segments, [{ start: readyAt, end: plusMs(readyAt, CHARGE_MINIMUM_MS) }]);
}

/** The platform's fee out of a charge, rounded half up. The provider's share is the rest. */
export function feeOf(charged: AmountMicros, feeBasisPoints: number): AmountMicros {
  return amountMicros(divideHalfUp(charged * BigInt(feeBasisPoints), 10_000n));
}
