import { eventKinds, eventSubjects } from '@rsm/domain/events/event';
import { jobPayloadSchemas } from '@rsm/domain/jobs/job';
import { transferKinds } from '@rsm/domain/ledger/ledger';
import type { Knex } from 'knex';

import { sqlList } from './sql.ts';

/** Job names hold a dot (`booking.end`), so that sqlList does not take them. */
const jobNames = Object.keys(jobPayloadSchemas)
  .map((name) => {
    if (!/^[a-z_.]+$/.test(name)) throw new Error(`"${name}" is no job name.`);
    return `'${name}'`;
  })
  .join(', ');

/**
 * Teaches an installation the words that were added since: kinds of events, of transfers and of jobs are closed unions of
 * the domain, and their CHECKs are made from it. Every migration that needs a new word calls this.
 */
export async function refreshVocabulary(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE events DROP CONSTRAINT events_kind_known, DROP CONSTRAINT events_subject_known;
    ALTER TABLE events ADD CONSTRAINT events_kind_known CHECK (kind IN (${sqlList(eventKinds)})),
      ADD CONSTRAINT events_subject_known CHECK (subject IN (${sqlList(eventSubjects)}));
    ALTER TABLE ledger_transfers DROP CONSTRAINT ledger_transfers_kind_known;
    ALTER TABLE ledger_transfers ADD CONSTRAINT ledger_transfers_kind_known CHECK (kind IN (${sqlList(transferKinds)}));
    ALTER TABLE job_requests DROP CONSTRAINT job_requests_name_known;
    ALTER TABLE job_requests ADD CONSTRAINT job_requests_name_known CHECK (name IN (${jobNames}));
  `);
}
