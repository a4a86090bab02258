import type { Clock, Instant } from '@rsm/domain/common/instant';
import { instant, plusMs } from '@rsm/domain/common/instant';

/** A clock that a test sets; it begins at the real time, because libraries under test read that one. */
export class ManualClock implements Clock {
  #now: Instant = instant(Date.now());

  now(): Instant {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now = plusMs(this.#now, ms);
  }
}
