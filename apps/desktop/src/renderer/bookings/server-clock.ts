/** One reading of the server's clock. Times in epoch milliseconds. */
export interface ClockReading {
  /** This computer's time when the question was sent, and when the answer was there. */
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly serverMs: number;
}

/**
 * How far the server's clock is ahead of this computer's, by Cristian's algorithm: the answer was written somewhere between the
 * sending and the arrival, so the middle is off by half of the round trip at most. A difference within that is none.
 */
export function skewOf({ sentMs, receivedMs, serverMs }: ClockReading): number {
  const halfTripMs = Math.max(0, receivedMs - sentMs) / 2;
  const skewMs = Math.round(serverMs - (sentMs + halfTripMs));
  return Math.abs(skewMs) <= halfTripMs ? 0 : skewMs;
}
