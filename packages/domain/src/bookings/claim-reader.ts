import { DomainError } from '../common/domain-error.ts';
import type { OccupancyReads, WindowClaim } from '../occupancies/occupancy.ts';

/** Claims that one statement judges. */
export const CLAIMS_AT_ONCE_MAX = 500;
/** Claims that wait for their statement; who comes later is told to come again. */
export const CLAIMS_WAITING_MAX = 10_000;

interface Waiting {
  readonly claim: WindowClaim;
  readonly answer: (taken: boolean) => void;
  readonly fail: (error: unknown) => void;
}

/** Asks which windows are taken, one statement at a time: all who ask while one is on its way share the next. */
export class ClaimReader {
  readonly #occupancies: Pick<OccupancyReads, 'areTaken'>;
  readonly #waiting: Waiting[] = [];
  #isAsking = false;

  constructor(occupancies: Pick<OccupancyReads, 'areTaken'>) {
    this.#occupancies = occupancies;
  }

  /** @throws DomainError busy when too many wait already; whatever the read throws */
  async isTaken(claim: WindowClaim): Promise<boolean> {
    if (this.#waiting.length >= CLAIMS_WAITING_MAX) throw tooManyWantIt();
    return new Promise((answer, fail) => {
      this.#waiting.push({ claim, answer, fail });
      if (!this.#isAsking) this.#ask().catch(fail);
    });
  }

  /** Until nobody waits. */
  async #ask(): Promise<void> {
    this.#isAsking = true;
    while (this.#waiting.length > 0) {
      const asked = this.#waiting.splice(0, CLAIMS_AT_ONCE_MAX);
      try {
        const taken = await this.#occupancies.areTaken(asked.map(({ claim }) => claim));
        for (const [index, { answer }] of asked.entries()) answer(taken[index] === true);
      } catch (error) {
        for (const { fail } of asked) fail(error);
      }
    }
    this.#isAsking = false;
  }
}

/** What a crowd is told that has no more room to wait in. */
export function tooManyWantIt(): DomainError {
  return new DomainError('busy', 'Too many people want this machine at this moment.', {
    remedy: 'Try again in a moment.',
  });
}
