import { DomainError } from '@rsm/domain/common/domain-error';

import { databaseErrorOf } from '../common/constraint-errors.ts';
import { rightBehind, type Session } from '../common/session.ts';

/** A search that takes longer is asked too broadly, and takes from the others. */
const SEARCH_TIMEOUT_MS = 3_000;
/** Sorting and bitmaps of one search, so that a hundred of them fit into the database's memory. */
const SEARCH_MEMORY = '16MB';
/** query_canceled (PostgreSQL manual, Appendix A). */
const CANCELED = '57014';

/** One message to Postgres instead of one for each: there is no value in it. */
const BEGIN = `BEGIN READ ONLY; SET LOCAL statement_timeout = ${String(SEARCH_TIMEOUT_MS)};
  SET LOCAL work_mem = '${SEARCH_MEMORY}'; SET LOCAL jit = off`;

/**
 * Runs a search within its limits. They are set for one transaction alone: a pooler may give the connection to somebody else
 * right after. Whoever searches does not wait for its end, which has nothing to write.
 * @throws DomainError busy when it takes too long
 */
export async function withinSearchLimits<Result>(
  session: Session,
  work: (limited: Session) => Promise<Result>,
): Promise<Result> {
  const { release, session: pinned } = await session.pin();
  const end = (): void => {
    // Where the connection is lost there is nothing left to end, and the pool makes a new one.
    pinned.rows(null, 'ROLLBACK', []).then(release, release);
  };
  try {
    return await rightBehind(pinned.rows(null, BEGIN, []), async () => work(pinned));
  } catch (error) {
    const database = databaseErrorOf(error instanceof DomainError ? error.cause : error);
    if (database?.code !== CANCELED) throw error;
    throw new DomainError('busy', 'This search takes too long.', {
      field: 'filter',
      remedy: 'Ask for less at once: name a region or a GPU, or leave out the text.',
      cause: error,
    });
  } finally {
    end();
  }
}
