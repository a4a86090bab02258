/** Waiting is a port like the clock: the domain is pure, and a test may drive it. */
export interface Timers {
  /** Calls back once after so many milliseconds; returns the way to stop it. */
  after(delayMs: number, run: () => void): () => void;
  /** Calls back again and again, never twice at once; returns the way to stop it. `run` must not reject. */
  every(intervalMs: number, run: () => Promise<void>): () => void;
}
