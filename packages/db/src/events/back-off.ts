const FIRST_MS = 50;
const MAX_MS = 5_000;

/** Waits longer after each failure, with jitter, up to a cap. One thing waits at a time. */
export class BackOff {
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Calls `work` after the next pause; replaces what waited before. */
  schedule(work: () => void): void {
    this.cancel();
    const pauseMs = Math.min(MAX_MS, FIRST_MS * 2 ** this.#failures) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.#timer = setTimeout(work, pauseMs);
  }

  /** After a success: the next pause is short again. */
  reset(): void {
    this.#failures = 0;
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}
