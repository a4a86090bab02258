import { unreachable } from '../common/domain-error.ts';
import type { Instant } from '../common/instant.ts';
import { DAY_MS } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import { ZERO_MICROS, amountMicros, divideHalfUp } from '../common/money.ts';
import type { Booking } from './booking.ts';
import { FREE_CANCEL_MS } from './booking.ts';

/** What cancelling before access worked costs, in per cent of the hold, by product.md's table. */
export function cancellationPercent(
  booking: Pick<Booking, 'cancellationPolicy' | 'createdAt' | 'start'>,
  now: Instant,
): 0 | 50 | 100 {
  if (now - booking.createdAt <= FREE_CANCEL_MS) return 0;
  // A start that passed without access is the provider's or our delay: leaving is free.
  if (now >= booking.start) return 0;
  const untilStartMs = booking.start - now;
  switch (booking.cancellationPolicy) {
    case 'flexible':
      return 0;
    case 'moderate':
      return untilStartMs >= DAY_MS ? 0 : 50;
    case 'strict':
      return untilStartMs >= 7 * DAY_MS ? 0 : untilStartMs >= DAY_MS ? 50 : 100;
    default:
      return unreachable(booking.cancellationPolicy);
  }
}

/** The same as an amount, rounded half up. */
export function cancellationCharge(
  booking: Pick<Booking, 'cancellationPolicy' | 'createdAt' | 'start' | 'holdAmount'>,
  now: Instant,
): AmountMicros {
  const percent = cancellationPercent(booking, now);
  return percent === 0 ? ZERO_MICROS : amountMicros(divideHalfUp(booking.holdAmount * BigInt(percent), 100n));
}
