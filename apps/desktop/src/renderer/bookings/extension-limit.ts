export interface BusyRange {
  readonly start: Date;
  readonly end: Date;
}

/**
 * The latest end that a booking can be moved to before the next occupancy of its machine, whose time includes the clean-up between.
 * Null when nothing follows in the ranges that were read. The booking's own occupancy is among them.
 */
export function latestEnd(
  booking: { readonly end: Date; readonly turnaroundMs: number },
  busy: readonly BusyRange[],
): Date | null {
  const next = busy
    .map(({ start }) => start.getTime())
    .filter((startMs) => startMs >= booking.end.getTime())
    .toSorted((a, b) => a - b)[0];
  if (next === undefined) return null;
  return new Date(Math.max(booking.end.getTime(), next - booking.turnaroundMs));
}
