import type { BookingFacts, ProbeFacts } from './facts.ts';

/*
 * What a booking costs, written down a second time from the page of the product's rules, in another way than the product does
 * it: in milliseconds times price, as one fraction that is rounded once. Nothing here comes from the product's code.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** A tenth of each charge is the platform's: 1,000 basis points. */
const FEE_PARTS = 10n;

/** A booking's money as it ought to be. */
export interface Bill {
  /** The most that it can cost. */
  readonly hold: bigint;
  /** What was charged for whole weeks while it runs. */
  readonly weeks: bigint;
  /** What it costs in the end; null while that is open. */
  readonly total: bigint | null;
}

/** @param cancelledBy who cancelled it before it began, by what these tests did themselves; null when nobody did */
export function billOf(
  booking: BookingFacts,
  probes: readonly ProbeFacts[],
  cancelledBy: 'renter' | 'provider' | null,
): Bill {
  const hold = halfUp(priced(booking, [[booking.start, booking.end]]), BigInt(HOUR));
  const weeks = weeksOf(booking, probes, hold);
  const isOpen = booking.charged === null;
  return { hold, weeks, total: isOpen ? null : least(hold, totalOf(booking, probes, { hold, cancelledBy })) };
}

/** A tenth, half a millionth up. */
export function feeOf(charged: bigint): bigint {
  return halfUp(charged, FEE_PARTS);
}

function weeksOf(booking: BookingFacts, probes: readonly ProbeFacts[], hold: bigint): bigint {
  if (booking.readyAt === null) return 0n;
  let charged = 0n;
  for (let week = 1; week <= booking.settledWeeks; week += 1) {
    const until = booking.readyAt + week * WEEK;
    const used = usable([booking.readyAt, until], probes);
    const cost = least(hold, halfUp(priced(booking, used.ranges), BigInt(HOUR)));
    // What was charged for earlier weeks stays charged until the end.
    charged = cost > charged ? cost : charged;
  }
  return charged;
}

function totalOf(
  booking: BookingFacts,
  probes: readonly ProbeFacts[],
  known: { readonly hold: bigint; readonly cancelledBy: 'renter' | 'provider' | null },
): bigint {
  const { readyAt } = booking;
  if (readyAt === null) return known.cancelledBy === 'renter' ? cancellation(booking, known.hold) : 0n;
  // Whoever left because the check at the start failed pays nothing at all.
  if (booking.endReason === 'handover') return 0n;
  const until = Math.min(booking.endRequestedAt ?? booking.end, booking.accessEndedAt ?? booking.end);
  const stop = Math.max(readyAt, Math.min(until, booking.end));
  const used = usable([readyAt, until], probes);
  const kept = booking.endReason === 'provider' ? stop - DAY : stop;
  const ranges = used.ranges.map(([from, to]): Range => [from, Math.min(to, kept, stop)]);
  // Twice, so that half of something stays whole.
  let twice = 2n * priced(booking, ranges);
  const isTheirChoice = booking.endReason === 'ended' || booking.endReason === 'expired';
  if (isTheirChoice && used.lostMs < 15 * MINUTE) {
    if (booking.endReason === 'ended') twice += ofTheRest(booking, stop);
    // All of it together costs at least the first ten minutes in which access worked.
    const least10Minutes = 2n * priced(booking, [[readyAt, readyAt + 10 * MINUTE]]);
    if (twice < least10Minutes) twice = least10Minutes;
  }
  return halfUp(twice, 2n * BigInt(HOUR));
}

/** Twice what leaving early costs of the time that is left. */
function ofTheRest(booking: BookingFacts, stop: number): bigint {
  switch (booking.policy) {
    case 'flexible':
      return 0n;
    case 'moderate':
      return priced(booking, [[stop, Math.min(booking.end, stop + DAY)]]);
    case 'strict':
      return 2n * priced(booking, [[stop, Math.min(booking.end, stop + WEEK)]]);
  }
}

function cancellation(booking: BookingFacts, hold: bigint): bigint {
  const at = booking.cancelledAt ?? 0;
  const isFree = booking.cancelledFrom !== 'scheduled' || at - booking.createdAt <= HOUR || at >= booking.start;
  if (isFree) return 0n;
  const before = booking.start - at;
  switch (booking.policy) {
    case 'flexible':
      return 0n;
    case 'moderate':
      return before < DAY ? halfUp(hold, 2n) : 0n;
    case 'strict':
      return before < DAY ? hold : before < WEEK ? halfUp(hold, 2n) : 0n;
  }
}

type Range = readonly [from: number, to: number];

/** Milliseconds times price. */
function priced(booking: BookingFacts, ranges: readonly Range[]): bigint {
  let product = 0n;
  for (const { end, price, start } of booking.segments) {
    for (const [from, to] of ranges) {
      const shared = Math.min(end, to) - Math.max(start, from);
      if (shared > 0) product += BigInt(shared) * BigInt(price);
    }
  }
  return product;
}

/** What of a stretch is charged: all of it but the time for which the machine is known to have been down or degraded. */
function usable(
  [from, until]: Range,
  probes: readonly ProbeFacts[],
): { readonly ranges: readonly Range[]; readonly lostMs: number } {
  const seen = probes.filter(({ at }) => at >= from && at < until);
  const ranges: Range[] = [];
  let lostMs = 0;
  let begin = from;
  for (const [index, probe] of seen.entries()) {
    if (probe.outcome !== 'degraded' && !isDown(seen, index)) continue;
    const end = Math.min(seen[index + 1]?.at ?? Infinity, probe.at + 2 * MINUTE, until);
    if (probe.at > begin) ranges.push([begin, probe.at]);
    lostMs += end - probe.at;
    begin = end;
  }
  if (begin < until) ranges.push([begin, until]);
  return { ranges, lostMs };
}

/** Down takes two failed probes at least 30 s apart, with no success between them. */
function isDown(seen: readonly ProbeFacts[], index: number): boolean {
  const probe = seen[index];
  if (probe?.outcome !== 'down') return false;
  const isSuccess = ({ outcome }: ProbeFacts): boolean => outcome === 'up' || outcome === 'degraded';
  const nextSuccess = seen.findIndex((other, at) => at > index && isSuccess(other));
  const lastSuccess = seen.findLastIndex((other, at) => at < index && isSuccess(other));
  const run = seen.slice(lastSuccess + 1, nextSuccess === -1 ? seen.length : nextSuccess);
  return run.some((other) => other.outcome === 'down' && Math.abs(other.at - probe.at) >= 30_000);
}

function halfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
