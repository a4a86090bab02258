import type { BookingRead } from '@rsm/api/schemas/bookings';
import { amountOf, minimumProduct, priceProduct } from '@rsm/domain/bookings/booking-price';
import { instant } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { decimalOf } from '../format/money.ts';

export type BookingCost =
  /** Access never worked so far: nothing runs. */
  | { readonly kind: 'not_started'; readonly amountMicros: bigint }
  /** Grows with each second; what is charged in the end may be less, because minutes in which the machine was down are free. */
  | { readonly kind: 'estimate'; readonly amountMicros: bigint; readonly isMinimum: boolean }
  | { readonly kind: 'charged'; readonly amountMicros: bigint; readonly releasedMicros: bigint };

type Costed = Pick<
  BookingRead,
  'priceSegments' | 'holdMicros' | 'chargedMicros' | 'releasedMicros' | 'readyAt' | 'end' | 'endRequestedAt'
>;

/**
 * What a booking has cost up to `nowMs` of the server's clock, in millionths: price × time since access worked, at least ten
 * minutes (or as long as was left), at most the hold (product.md, "Rules"). The exact charge once there is one.
 */
export function costSoFar(booking: Costed, nowMs: number): BookingCost {
  if (booking.chargedMicros !== null) {
    const releasedMicros = booking.releasedMicros ?? booking.holdMicros - booking.chargedMicros;
    return { kind: 'charged', amountMicros: booking.chargedMicros, releasedMicros };
  }
  if (booking.readyAt === null) return { kind: 'not_started', amountMicros: 0n };
  const segments = booking.priceSegments.map(({ range, pricePerHourMicros }) => ({
    start: instant(range.start.getTime()),
    end: instant(range.end.getTime()),
    pricePerHour: amountMicros(pricePerHourMicros),
  }));
  const readyMs = booking.readyAt.getTime();
  const untilMs = Math.min(nowMs, booking.end.getTime(), booking.endRequestedAt?.getTime() ?? nowMs);
  const used = amountOf(
    priceProduct(segments, [{ start: instant(readyMs), end: instant(Math.max(readyMs, untilMs)) }]),
  );
  const minimum = amountOf(minimumProduct(segments, instant(readyMs)));
  const isMinimum = used < minimum;
  const due = isMinimum ? minimum : used;
  return { kind: 'estimate', amountMicros: due < booking.holdMicros ? due : booking.holdMicros, isMinimum };
}

/** How much of the hold is used, from 0 to 1, for a bar. */
export function shareOfHold(amount: bigint, holdMicros: bigint): number {
  if (holdMicros <= 0n) return 0;
  return Math.min(1, Number((amount * 10_000n) / holdMicros) / 10_000);
}

/** Enough to see a price per second grow, and always as many, so that the figure does not jump. */
const ESTIMATE_DIGITS = 4;

/** An amount that grows while somebody looks. Exact amounts are formatted by formatMoney. */
export function formatEstimate(amount: bigint, currency: string): string {
  const digits = { minimumFractionDigits: ESTIMATE_DIGITS, maximumFractionDigits: ESTIMATE_DIGITS };
  return new Intl.NumberFormat(undefined, { style: 'currency', currency, ...digits }).format(Number(decimalOf(amount)));
}
