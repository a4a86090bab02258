/** Waiting is a port like the clock: the domain is pure, and a test may drive it. */
export interface Timers {
  /** Calls back once after so many milliseconds; returns the way to stop it. */
  after(delayMs: number, run: () => void): () => void;
  /** Calls back again and again; returns the way to stop it. */
  every(intervalMs: number, run: () => void): () => void;
}
