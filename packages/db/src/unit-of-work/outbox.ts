import type { UserId } from '@rsm/domain/common/ids';
import type { EventWriter, NewEvent } from '@rsm/domain/events/event';
import type { JobWriter, NewJob } from '@rsm/domain/jobs/job';

import type { Session } from '../common/session.ts';
import { writeEvents } from '../events/write-events.ts';
import { writeJobRequests } from '../jobs/write-job-requests.ts';

/** More than this in one transaction is a loop that does not end. */
const BUFFERED_MAX = 10_000;

/** What a transaction says and asks for. It is written last and sorted, because streams are last in the lock order. */
export class Outbox {
  readonly #events: NewEvent[] = [];
  readonly #jobs: NewJob[] = [];
  #closed = false;

  readonly events: EventWriter = { add: (event) => this.#push(this.#events, event) };
  readonly jobs: JobWriter = { add: (job) => this.#push(this.#jobs, job) };

  /** Writes everything, jobs with the number of the request that asks for them; afterwards nothing can be added any more. */
  async flush(session: Session, requestId: string | null): Promise<void> {
    this.#closed = true;
    await writeJobRequests(session, this.#jobs, requestId);
    // The stream of a busy provider is locked by all his bookings: nothing but the commit comes after it.
    await writeEvents(session, this.#events);
  }

  /** Whom the transaction concerns. */
  summary(): { readonly audiences: readonly UserId[]; readonly jobs: boolean } {
    return { audiences: [...new Set(this.#events.map((event) => event.audience))], jobs: this.#jobs.length > 0 };
  }

  #push<Item>(items: Item[], item: Item): void {
    if (this.#closed) throw new Error('The transaction has ended: nothing can be added to it.');
    if (items.length >= BUFFERED_MAX) throw new Error(`A transaction holds at most ${BUFFERED_MAX} events or jobs.`);
    items.push(item);
  }
}
