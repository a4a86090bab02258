import type { BookingMoments } from './booking-moments.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

export interface Countdown {
  /** What the time is about, as in `Ends in`. */
  readonly label: string;
  readonly remainingMs: number;
  /** So little is left that a person should act now. */
  readonly isUrgent: boolean;
}

/** The last 15 minutes are when a renter is told to take the data home. */
const URGENT_MS = 15 * MINUTE_MS;

/** What there is to count down to; null in states that end when the work is done. */
export function countdownOf(moments: BookingMoments, nowMs: number): Countdown | null {
  const until = (label: string, atMs: number): Countdown | null =>
    atMs > nowMs ? { label, remainingMs: atMs - nowMs, isUrgent: false } : null;
  switch (moments.status) {
    case 'scheduled':
      return until('Starts in', moments.startMs);
    case 'provisioning':
      return until('Ends in', moments.endMs);
    case 'active': {
      if (moments.isEnding) return null;
      const countdown = until('Ends in', moments.endMs);
      return countdown === null ? null : { ...countdown, isUrgent: countdown.remainingMs <= URGENT_MS };
    }
    case 'revoking':
    case 'wiping':
    case 'quarantined':
    case 'completed':
    case 'cancelled':
    case 'failed':
      return null;
  }
}

/** `2 d 5 h`, `5:07:09`, `07:09`: the further away, the coarser. Partial seconds count as whole ones, so that zero means over. */
export function formatCountdown(remainingMs: number): string {
  const seconds = Math.max(0, Math.ceil(remainingMs / SECOND_MS));
  const wholeMs = seconds * SECOND_MS;
  if (wholeMs >= DAY_MS) {
    return `${String(Math.floor(wholeMs / DAY_MS))} d ${String(Math.floor((wholeMs % DAY_MS) / HOUR_MS))} h`;
  }
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor((wholeMs % HOUR_MS) / MINUTE_MS);
  const clock = `${two(minutes)}:${two(seconds % 60)}`;
  return wholeMs >= HOUR_MS ? `${String(Math.floor(wholeMs / HOUR_MS))}:${clock}` : clock;
}
