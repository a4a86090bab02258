import { DomainError } from '../common/domain-error.ts';
import type { UserId } from '../common/ids.ts';
import type { FeedLimits } from './feed.ts';

/** Counts the open feeds of a process, so that nobody opens them without end. */
export class FeedSeats {
  readonly #limits: FeedLimits;
  readonly #ofUsers = new Map<UserId, number>();
  #taken = 0;

  constructor(limits: FeedLimits) {
    this.#limits = limits;
  }

  get taken(): number {
    return this.#taken;
  }

  /**
   * Takes a seat; returns the way to give it back, which is called once.
   * @throws DomainError limit_reached when this person, busy when this process has too many
   */
  take(userId: UserId): () => void {
    const own = this.#ofUsers.get(userId) ?? 0;
    if (own >= this.#limits.perUser) {
      throw new DomainError('limit_reached', `You have ${String(own)} live windows open, and more are not served.`, {
        remedy: 'Close a window of this marketplace on one of your computers. What is open stays live.',
      });
    }
    if (this.#taken >= this.#limits.perProcess) {
      throw new DomainError('busy', 'This server follows as many live windows as it can.', {
        remedy: 'Try again in a moment. Lists can be loaded anew meanwhile.',
      });
    }
    this.#ofUsers.set(userId, own + 1);
    this.#taken += 1;
    return () => {
      const left = (this.#ofUsers.get(userId) ?? 1) - 1;
      if (left > 0) this.#ofUsers.set(userId, left);
      else this.#ofUsers.delete(userId);
      this.#taken -= 1;
    };
  }
}
