import type { NewJob } from '@rsm/domain/jobs/job';
import { withOrigin } from '@rsm/domain/jobs/job-origin';

import { batch, type Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

/**
 * Writes requests sorted by key, which is the order of their locks. A request with the same key that was not handed over
 * yet is replaced, unless the new one only fills a gap. It does not notify: that would take a database-wide lock at the commit.
 * @param requestId of the request that asks, for the log; null when none does
 */
export async function writeJobRequests(
  session: Session,
  jobs: readonly NewJob[],
  requestId: string | null,
): Promise<void> {
  const replacing = jobs.filter((job) => job.onlyIfNoneWaits !== true);
  const filling = jobs.filter((job) => job.onlyIfNoneWaits === true);
  await write(session, 'write_job_requests', REPLACE, replacing, requestId);
  await write(session, 'fill_job_requests', 'DO NOTHING', filling, requestId);
}

const REPLACE = 'DO UPDATE SET name = excluded.name, payload = excluded.payload, run_at = excluded.run_at';

async function write(
  session: Session,
  name: string,
  onConflict: string,
  jobs: readonly NewJob[],
  requestId: string | null,
): Promise<void> {
  if (jobs.length === 0) return;
  const now = session.clock.now();
  const newest = new Map(jobs.map((job) => [job.key, job]));
  const rows = [...newest.values()]
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map((job) => ({
      key: job.key,
      name: job.name,
      payload: JSON.stringify(withOrigin(job.name, job.payload, requestId)),
      run_at: timestamp(job.runAt ?? now),
    }));
  await session.rows(
    name,
    `INSERT INTO job_requests (key, name, payload, run_at, created_at)
     SELECT key, name, payload::jsonb, run_at, ? FROM jsonb_to_recordset(?::jsonb)
       AS request (key text, name text, payload text, run_at timestamptz)
     ORDER BY key
     ON CONFLICT (key) ${onConflict}`,
    [timestamp(now), batch(rows)],
  );
}
