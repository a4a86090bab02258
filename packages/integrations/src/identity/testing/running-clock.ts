import type { Clock, Instant } from '@rsm/domain/common/instant';
import { instant } from '@rsm/domain/common/instant';

/** The real time and what a test added to it: an issuer under test stamps its tokens with the real time, too. */
export class RunningClock implements Clock {
  #aheadMs = 0;

  now(): Instant {
    return instant(Date.now() + this.#aheadMs);
  }

  advance(ms: number): void {
    this.#aheadMs += ms;
  }
}
