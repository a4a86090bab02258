import { DomainError } from '@rsm/domain/common/domain-error';

export interface NamedLimitOptions {
  /** Goes into the error text's cause, so that an operator knows which limit was met. */
  readonly name: string;
  readonly atOnceMax: number;
  readonly queueMax: number;
  readonly waitMsMax: number;
}

interface Waiter {
  readonly start: () => void;
  readonly timer: NodeJS.Timeout;
}

/** Lets at most `atOnceMax` pieces of work run, keeps at most `queueMax` waiting, first come first served. */
export class NamedLimit {
  readonly #options: NamedLimitOptions;
  readonly #queue: Waiter[] = [];
  #running = 0;

  constructor(options: NamedLimitOptions) {
    if (options.atOnceMax < 1 || options.queueMax < 0 || options.waitMsMax < 1) {
      throw new RangeError(`The limit ${options.name} needs atOnceMax >= 1, queueMax >= 0 and waitMsMax >= 1.`);
    }
    this.#options = options;
  }

  /**
   * Runs the work when a place is free.
   * @throws DomainError busy, when the queue is full or no place became free within `waitMsMax`. The work has not begun then.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#options.atOnceMax) {
      this.#running += 1;
      return;
    }
    if (this.#queue.length >= this.#options.queueMax) throw this.#busy('its queue is full');
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        const place = this.#queue.findIndex((waiter) => waiter.timer === timer);
        if (place >= 0) this.#queue.splice(place, 1);
        reject(this.#busy('no place became free in time'));
      }, this.#options.waitMsMax);
      this.#queue.push({ start: resolve, timer });
    });
  }

  #leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    // The place passes straight to the next one, so a newcomer can't slip in between.
    clearTimeout(next.timer);
    next.start();
  }

  #busy(why: string): DomainError {
    return new DomainError('busy', 'The server is busy.', {
      remedy: 'Try again in a few seconds.',
      cause: new Error(`Limit ${this.#options.name}: ${why}.`),
    });
  }
}
