import type { UserId } from '../common/ids.ts';
import type { TimeRange } from '../common/instant.ts';
import type { JobPayload } from '../jobs/job.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Workflow, WorkflowOptions } from '../workflows/workflow.ts';
import { DONE, again, withLease } from '../workflows/workflow.ts';
import { isMonthOver, monthOf } from './calendar-month.ts';
import type { DocumentIssuer } from './document-issuer.ts';
import type { DocumentSummary } from './document.ts';

/** Documents that one run issues; the next one takes the rest. */
export const ISSUED_PER_RUN_MAX = 200;
/** People who are looked up at a time. */
const PEOPLE_PER_LOOK = 100;

/**
 * Issues what is missing of the oldest month that is over, a transaction per document, and closes the month when nothing is. Two
 * workers at once, or one that died in between, do no harm: each document is decided under the lock of its series.
 */
export function createIssueWorkflow(
  options: WorkflowOptions & { readonly issuer: DocumentIssuer; readonly issuedPerRunMax?: number },
): Workflow<JobPayload<'documents.issue'>> {
  const { clock, issuer, uow, issuedPerRunMax = ISSUED_PER_RUN_MAX } = options;

  /** Issues for one person until nothing is missing or the run is full; returns how many it were. */
  const issueAll = async (
    next: (tx: Tx) => Promise<DocumentSummary | null>,
    room: number,
    signal: AbortSignal,
  ): Promise<number> => {
    for (let issued = 0; issued < room; issued += 1) {
      signal.throwIfAborted();
      if ((await uow.run(next)) === null) return issued;
    }
    return room;
  };

  const issueScope = async (
    scope: 'renter' | 'provider',
    month: TimeRange,
    room: number,
    signal: AbortSignal,
  ): Promise<number> => {
    let issued = 0;
    let after: UserId | null = null;
    while (issued < room) {
      const people: readonly UserId[] = await uow.reads.documents.listUndocumented(scope, month, {
        after,
        limit: PEOPLE_PER_LOOK,
      });
      for (const userId of people) {
        const next = (tx: Tx) =>
          scope === 'renter'
            ? issuer.issueRenterMonth(tx, userId, month)
            : issuer.issueProviderMonth(tx, userId, month);
        issued += await issueAll(next, room - issued, signal);
        if (issued >= room) return issued;
        after = userId;
      }
      if (people.length < PEOPLE_PER_LOOK) return issued;
    }
    return issued;
  };

  return {
    run: (_payload, { signal }) =>
      withLease(options, 'documents', signal, async (lease) => {
        const openAt = await uow.reads.documents.firstOpenAt();
        if (openAt === null) return DONE;
        const month = monthOf(openAt);
        if (!isMonthOver(month, clock.now())) return DONE;
        let issued = 0;
        for (const scope of ['renter', 'provider'] as const) {
          issued += await issueScope(scope, month, issuedPerRunMax - issued, lease.signal);
          if (issued >= issuedPerRunMax) break;
        }
        options.log({ event: 'documents_issued', month: month.name, issued });
        if (issued > 0) lease.progressed();
        if (issued >= issuedPerRunMax) return again(clock, 0);
        await uow.run((tx) => tx.documents.closeMonth(month, clock.now()));
        // The month after it may be over as well.
        return again(clock, 0);
      }),
  };
}
