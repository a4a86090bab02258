import { unreachable } from '../common/domain-error.ts';
import type { Instant, TimeRange } from '../common/instant.ts';
import { DAY_MS, HOUR_MS, earlier, instant, later } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import { ZERO_MICROS, amountMicros, divideHalfUp, minMicros, minusMicros } from '../common/money.ts';
import type { MinuteSpan } from '../machines/machine-minutes.ts';
import { FREE_LEAVE_AFTER_MS, unusableMs } from '../machines/machine-minutes.ts';
import type { Booking, EndReason } from './booking.ts';
import { amountOf, feeOf, minimumProduct, priceProduct } from './booking-price.ts';

export interface SettlementInput {
  readonly booking: Pick<
    Booking,
    'start' | 'end' | 'priceSegments' | 'cancellationPolicy' | 'holdAmount' | 'feeBasisPoints'
  >;
  readonly readyAt: Instant;
  /** When the renter stopped using it: the wish to end, or the end of access. */
  readonly usedUntil: Instant;
  readonly endReason: EndReason;
  /** Spans of the machine's minutes that cover the used time. */
  readonly minutes: readonly MinuteSpan[];
}

/** How a booking's hold is divided. `charged + released = hold`, `fee + providerShare = charged`. */
export interface Settlement {
  readonly charged: AmountMicros;
  readonly released: AmountMicros;
  readonly fee: AmountMicros;
  readonly providerShare: AmountMicros;
  /** How the charge came about, in sentences that a user can check by hand. */
  readonly explanation: readonly string[];
}

/**
 * The charge of a booking that was active. product.md: time from when access worked, less `down` and `degraded` minutes,
 * plus what the policy takes of the rest when the renter ends early; at least the first 10 minutes, at most the hold.
 * After 15 unusable minutes, and when the machine or the provider ended it, neither minimum nor policy applies; a
 * provider who ends an active booking also returns its last 24 hours of charges. Whoever left because the handover's check
 * failed pays nothing.
 */
export function settle(input: SettlementInput): Settlement {
  const { booking, endReason } = input;
  if (endReason === 'handover') {
    return releaseEverything(booking, [
      'The machine was not what was promised, and the renter left at once: everything goes back.',
    ]);
  }
  const usedUntil = later(input.readyAt, earlier(input.usedUntil, booking.end));
  const charged = chargeableRanges(input.readyAt, usedUntil, input.minutes);
  const waived = isWaived(endReason) || unusableMs(input.minutes) >= FREE_LEAVE_AFTER_MS;
  const explanation: string[] = [];

  // Products are doubled, so that half of the rest stays whole until the one division.
  let doubled = 2n * priceProduct(booking.priceSegments, returnedLastDay(charged, usedUntil, endReason));
  explanation.push('The time in which access worked, less the minutes in which the machine was down or degraded.');
  if (endReason === 'provider') explanation.push('The provider ended the booking: its last 24 hours are returned.');

  if (!waived && endReason === 'ended') {
    const rest = policyShareOfRest(booking, usedUntil);
    if (rest > 0n) {
      doubled += rest;
      explanation.push(`Ending early under the policy "${booking.cancellationPolicy}" costs part of the rest.`);
    }
  }
  // The minimum is one of the whole charge: what the policy takes counts towards it.
  const minimum = waived ? 0n : 2n * minimumProduct(booking.priceSegments, input.readyAt);
  if (doubled < minimum) {
    doubled = minimum;
    explanation.push('A booking that was active costs at least 10 minutes.');
  }
  const amount = amountMicros(divideHalfUp(doubled, 2n * BigInt(HOUR_MS)));
  return divide(minMicros(amount, booking.holdAmount), booking, explanation);
}

/**
 * What the use of a running booking costs up to a moment, all weeks so far together: the time in which access worked, less
 * the minutes in which the machine was down or degraded; never more than the hold. What the end adds comes with the end.
 */
export function costOfUse(input: {
  readonly booking: Pick<Booking, 'priceSegments' | 'holdAmount'>;
  readonly readyAt: Instant;
  readonly until: Instant;
  readonly minutes: readonly MinuteSpan[];
}): AmountMicros {
  const { booking, minutes, readyAt, until } = input;
  const cost = amountOf(priceProduct(booking.priceSegments, chargeableRanges(readyAt, until, minutes)));
  return minMicros(cost, booking.holdAmount);
}

/**
 * Everything goes back: provisioning failed, the machine was still quarantined 60 minutes after the start, the provider
 * cancelled before it, or the renter left a start that was late or a machine that was not what was promised.
 */
export function releaseEverything(
  booking: Pick<Booking, 'holdAmount' | 'feeBasisPoints'>,
  explanation: readonly string[],
): Settlement {
  return divide(ZERO_MICROS, booking, explanation);
}

/** The division of a hold of which `charged` is kept. */
export function divide(
  charged: AmountMicros,
  booking: Pick<Booking, 'holdAmount' | 'feeBasisPoints'>,
  explanation: readonly string[],
): Settlement {
  const fee = charged === 0n ? ZERO_MICROS : feeOf(charged, booking.feeBasisPoints);
  return {
    charged,
    released: minusMicros(booking.holdAmount, charged),
    fee,
    providerShare: minusMicros(charged, fee),
    explanation,
  };
}

/** Whether neither the minimum nor the policy applies, because the renter did not choose this end. */
function isWaived(endReason: EndReason): boolean {
  switch (endReason) {
    case 'ended':
    case 'expired':
      return false;
    case 'interrupted':
    case 'handover':
    case 'provider':
    case 'admin':
      return true;
    default:
      return unreachable(endReason);
  }
}

function chargeableRanges(from: Instant, until: Instant, minutes: readonly MinuteSpan[]): readonly TimeRange[] {
  const ranges: TimeRange[] = [];
  let start = from;
  for (const span of minutes) {
    if (span.kind === 'up' || span.kind === 'not_measured') continue;
    if (span.range.start > start) ranges.push({ start, end: earlier(span.range.start, until) });
    start = later(start, span.range.end);
  }
  if (start < until) ranges.push({ start, end: until });
  return ranges.filter((range) => range.start < range.end);
}

function returnedLastDay(ranges: readonly TimeRange[], usedUntil: Instant, endReason: EndReason): readonly TimeRange[] {
  if (endReason !== 'provider') return ranges;
  const keptUntil = instant(Math.max(0, usedUntil - DAY_MS));
  return ranges
    .map((range) => ({ start: range.start, end: earlier(range.end, keptUntil) }))
    .filter((range) => range.start < range.end);
}

/** Doubled product of what the policy takes of the time between the early end and the booked end. */
function policyShareOfRest(
  booking: Pick<Booking, 'end' | 'priceSegments' | 'cancellationPolicy'>,
  usedUntil: Instant,
): bigint {
  const rest = (maximumMs: number) =>
    priceProduct(booking.priceSegments, [
      { start: usedUntil, end: earlier(booking.end, instant(usedUntil + maximumMs)) },
    ]);
  switch (booking.cancellationPolicy) {
    case 'flexible':
      return 0n;
    case 'moderate':
      // 50 % of at most 24 hours of the rest; the product is doubled, so half of it is the product itself.
      return rest(DAY_MS);
    case 'strict':
      return 2n * rest(7 * DAY_MS);
    default:
      return unreachable(booking.cancellationPolicy);
  }
}
