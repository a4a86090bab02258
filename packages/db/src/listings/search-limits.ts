import { DomainError } from '@rsm/domain/common/domain-error';

import { databaseErrorOf } from '../common/constraint-errors.ts';
import type { Session } from '../common/session.ts';

/** A search that takes longer is asked too broadly, and takes from the others. */
const SEARCH_TIMEOUT_MS = 3_000;
/** Sorting and bitmaps of one search, so that a hundred of them fit into the database's memory. */
const SEARCH_MEMORY = '16MB';
/** query_canceled (PostgreSQL manual, Appendix A). */
const CANCELED = '57014';

/**
 * Runs a search within its limits. Both are set for one transaction alone: a pooler may give the connection to somebody
 * else right after.
 * @throws DomainError busy when it takes too long
 */
export async function withinSearchLimits<Result>(
  session: Session,
  work: (limited: Session) => Promise<Result>,
): Promise<Result> {
  try {
    return await session.connection.transaction(async (trx) => {
      const limited = session.on(trx);
      await limited.rows(
        'search_limits',
        `SELECT set_config('statement_timeout', ?, true), set_config('work_mem', ?, true), set_config('jit', 'off', true)`,
        [`${SEARCH_TIMEOUT_MS}ms`, SEARCH_MEMORY],
      );
      return work(limited);
    });
  } catch (error) {
    const database = databaseErrorOf(error instanceof DomainError ? error.cause : error);
    if (database?.code !== CANCELED) throw error;
    throw new DomainError('busy', 'This search takes too long.', {
      field: 'filter',
      remedy: 'Ask for less at once: name a region or a GPU, or leave out the text.',
      cause: error,
    });
  }
}
