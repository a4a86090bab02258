import type { Instant } from '@rsm/domain/common/instant';
import type { ProcessorSubject } from '@rsm/domain/payments/payment-processor';
import type { ProcessorName } from '@rsm/domain/payments/payment';
import type { ProcessorEventRepository, StoredProcessorEvent } from '@rsm/domain/payments/processor-event';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

type Row = {
  readonly processor: ProcessorName;
  readonly event_id: string;
  readonly type: string;
  readonly subject: ProcessorSubject | null;
  readonly at: Instant;
  readonly received_at: Instant;
  readonly applied_at: Instant | null;
  readonly attempts: number;
  readonly next_attempt_at: Instant;
};

/** What processors told, each event once. */
export class PgProcessorEventRepository implements ProcessorEventRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async find(processor: ProcessorName, eventId: string): Promise<StoredProcessorEvent | null> {
    const row = await this.#session.row<Row>(
      'find_processor_event',
      `SELECT processor, event_id, type, subject, at, received_at, applied_at, attempts, next_attempt_at
       FROM processor_events WHERE processor = ? AND event_id = ?`,
      [processor, eventId],
    );
    if (row === null) return null;
    return {
      processor: row.processor,
      eventId: row.event_id,
      type: row.type,
      subject: row.subject,
      at: row.at,
      receivedAt: row.received_at,
      appliedAt: row.applied_at,
      attempts: row.attempts,
      nextAttemptAt: row.next_attempt_at,
    };
  }

  async listDue(now: Instant, limit: number): Promise<readonly Pick<StoredProcessorEvent, 'processor' | 'eventId'>[]> {
    const rows = await this.#session.rows<Pick<Row, 'processor' | 'event_id'>>(
      'processor_events_due',
      `SELECT processor, event_id FROM processor_events WHERE applied_at IS NULL AND next_attempt_at <= ?
       ORDER BY next_attempt_at LIMIT ?`,
      [timestamp(now), limit],
    );
    return rows.map((row) => ({ processor: row.processor, eventId: row.event_id }));
  }

  async listedUntil(processor: ProcessorName): Promise<Instant | null> {
    const row = await this.#session.row<{ listed_until: Instant }>(
      'processor_listed_until',
      'SELECT listed_until FROM processor_lists WHERE processor = ?',
      [processor],
    );
    return row?.listed_until ?? null;
  }

  async insert(event: StoredProcessorEvent): Promise<boolean> {
    const row = await this.#session.row(
      'insert_processor_event',
      `INSERT INTO processor_events (processor, event_id, type, subject, at, received_at, applied_at, attempts, next_attempt_at)
       VALUES (?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?) ON CONFLICT (processor, event_id) DO NOTHING RETURNING event_id`,
      [
        event.processor,
        event.eventId,
        event.type,
        event.subject === null ? null : JSON.stringify(event.subject),
        timestamp(event.at),
        timestamp(event.receivedAt),
        timestamp(event.appliedAt),
        event.attempts,
        timestamp(event.nextAttemptAt),
      ],
    );
    return row !== null;
  }

  async markApplied(processor: ProcessorName, eventId: string, at: Instant): Promise<boolean> {
    const row = await this.#session.row(
      'apply_processor_event',
      `UPDATE processor_events SET applied_at = ? WHERE processor = ? AND event_id = ? AND applied_at IS NULL
       RETURNING event_id`,
      [timestamp(at), processor, eventId],
    );
    return row !== null;
  }

  async defer(processor: ProcessorName, eventId: string, nextAttemptAt: Instant): Promise<void> {
    await this.#session.rows(
      'defer_processor_event',
      `UPDATE processor_events SET attempts = attempts + 1, next_attempt_at = ?
       WHERE processor = ? AND event_id = ? AND applied_at IS NULL`,
      [timestamp(nextAttemptAt), processor, eventId],
    );
  }

  async setListedUntil(processor: ProcessorName, until: Instant): Promise<void> {
    await this.#session.rows(
      'set_processor_listed_until',
      `INSERT INTO processor_lists (processor, listed_until) VALUES (?, ?)
       ON CONFLICT (processor) DO UPDATE SET listed_until = greatest(processor_lists.listed_until, excluded.listed_until)`,
      [processor, timestamp(until)],
    );
  }

  async removeAppliedBefore(before: Instant, limit: number): Promise<number> {
    const rows = await this.#session.rows(
      'remove_processor_events',
      `DELETE FROM processor_events WHERE (processor, event_id) IN (
         SELECT processor, event_id FROM processor_events WHERE applied_at < ? ORDER BY applied_at LIMIT ?)
       RETURNING event_id`,
      [timestamp(before), limit],
    );
    return rows.length;
  }
}
