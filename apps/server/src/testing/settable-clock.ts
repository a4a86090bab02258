import type { Clock, Instant } from '@rsm/domain/common/instant';
import { instant, plusMs } from '@rsm/domain/common/instant';
import type { Timers } from '@rsm/domain/common/timers';

/** A clock that stands still until the test moves it; it never goes back. */
export class SettableClock implements Clock {
  #now: Instant;

  constructor(startIso: string) {
    this.#now = instant(Date.parse(startIso));
  }

  now(): Instant {
    return this.#now;
  }

  advance(ms: number): void {
    this.set(plusMs(this.#now, ms));
  }

  set(at: Instant): void {
    if (at < this.#now) throw new RangeError('The clock of a test never goes back.');
    this.#now = at;
  }
}

/** Timers that never ring: leases are not lengthened by themselves, so that the test's clock alone decides who holds one. */
export const silentTimers: Timers = {
  after: () => () => undefined,
  every: () => () => undefined,
};
