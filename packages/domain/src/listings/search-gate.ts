import { DomainError } from '../common/domain-error.ts';

export interface SearchGateOptions {
  /** Searches at once; bookings and everything else need connections too. */
  readonly runningMax: number;
  /** Searches that wait for their turn; who comes later is told to come again. */
  readonly waitingMax: number;
}

/** Lets a bounded number of searches through at once, so that many slow ones never take every connection from the rest. */
export class SearchGate {
  readonly #options: SearchGateOptions;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: SearchGateOptions) {
    this.#options = options;
  }

  /** @throws DomainError busy when too many wait already; whatever the work throws */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#enter();
    try {
      return await work();
    } finally {
      // The place goes to the next one and is never free in between: nobody overtakes.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#options.runningMax) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#options.waitingMax) {
      throw new DomainError('busy', 'Too many people are searching at this moment.', {
        remedy: 'Try again in a moment.',
      });
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
