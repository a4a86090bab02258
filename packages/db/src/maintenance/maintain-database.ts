import { EVENT_RETENTION_MONTHS } from '@rsm/domain/events/event';
import type { Instant } from '@rsm/domain/common/instant';
import { DAY_MS, plusMs } from '@rsm/domain/common/instant';
import type { Knex } from 'knex';

import { timestamp } from '../common/timestamp.ts';

/** Partitions are made so far ahead; a worker that was away for two months still finds its month. */
const PARTITION_MONTHS_AHEAD = 3;
/** Nobody repeats a call after so long; Stripe keeps its keys for a day. */
const IDEMPOTENCY_KEPT_MS = 30 * DAY_MS;
/** Rows that one call removes; the next call takes the rest. */
const REMOVED_MAX = 10_000;

/**
 * Makes the coming months' event partitions, drops those whose time is over and removes old idempotency keys. Repeatable,
 * safe from several processes at once; for an hourly job.
 */
export async function maintainDatabase(knex: Knex, now: Instant): Promise<void> {
  await knex.raw('SELECT ensure_event_partitions(?, ?)', [timestamp(now), PARTITION_MONTHS_AHEAD]);
  await knex.raw(`SELECT drop_event_partitions_before(?::timestamptz - make_interval(months => ?))`, [
    timestamp(now),
    EVENT_RETENTION_MONTHS,
  ]);
  await knex.raw(
    `DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM idempotency_keys WHERE created_at < ? LIMIT ? FOR UPDATE SKIP LOCKED))`,
    [timestamp(plusMs(now, -IDEMPOTENCY_KEPT_MS)), REMOVED_MAX],
  );
}
