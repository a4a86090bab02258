import type { StatementLineRead } from '@rsm/api/schemas/payments';

type Line = Pick<StatementLineRead, 'bookingId' | 'amountMicros' | 'at' | 'transferId'>;

export type EarningsStep = 'day' | 'week';

/** What was earned in one day or week of the viewer's calendar. */
export interface EarningsBar {
  /** Midnight in the viewer's zone, of a Monday for weeks. */
  readonly start: Date;
  readonly earnedMicros: bigint;
}

/**
 * Earnings per day or week, oldest first, up to now, with a bar for each stretch in which nothing was earned. A share is
 * earned when it is booked as pending; that it becomes available later moves it and earns nothing twice.
 * @param lines of the pending account
 */
export function earningsBars(
  lines: readonly Line[],
  step: EarningsStep,
  count: number,
  now: Date,
): readonly EarningsBar[] {
  const starts = Array.from({ length: count }, (_, index) => stepStart(now, step, index - count + 1));
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? stepStart(now, step, 1);
    const earnedMicros = lines
      .filter((line) => line.amountMicros > 0n && line.at >= start && line.at < end)
      .reduce((sum, line) => sum + line.amountMicros, 0n);
    return { start, earnedMicros };
  });
}

/** The start of the day or week that lies so many steps from now. Calendar days, so a change of the clocks moves nothing. */
function stepStart(now: Date, step: EarningsStep, steps: number): Date {
  const monday = step === 'week' ? (now.getDay() + 6) % 7 : 0;
  const days = step === 'week' ? 7 * steps : steps;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - monday + days);
}

/** A share that waits for its clean-up. */
export interface HeldShare {
  readonly bookingId: string;
  readonly heldMicros: bigint;
  /** When it was earned. */
  readonly since: Date;
}

/**
 * The shares that are held back: bookings whose pending lines do not cancel out, oldest first. What came in and went out
 * again is available and no longer held.
 */
export function heldShares(lines: readonly Line[]): readonly HeldShare[] {
  const byBooking = new Map<string, HeldShare>();
  for (const { bookingId, amountMicros, at } of lines) {
    if (bookingId === null) continue;
    const before = byBooking.get(bookingId);
    byBooking.set(bookingId, {
      bookingId,
      heldMicros: (before?.heldMicros ?? 0n) + amountMicros,
      since: before === undefined || at < before.since ? at : before.since,
    });
  }
  return [...byBooking.values()]
    .filter((share) => share.heldMicros > 0n)
    .toSorted((a, b) => a.since.getTime() - b.since.getTime());
}

/** What the lines that were read explain of a balance; the rest lies in older ones. */
export function explainedMicros(shares: readonly HeldShare[]): bigint {
  return shares.reduce((sum, share) => sum + share.heldMicros, 0n);
}

/** The platform fee of a booking, exactly: what the renter paid less the provider's share. */
export function feeMicros(chargedMicros: bigint, shareMicros: bigint): bigint {
  return chargedMicros - shareMicros;
}

/** Basis points as people read them: 1000 is 10 %. */
export function feePercentText(feeBasisPoints: number): string {
  return new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 2 }).format(
    feeBasisPoints / 10_000,
  );
}
