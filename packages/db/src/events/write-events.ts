import type { NewEvent } from '@rsm/domain/events/event';

import { batch, type Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

/**
 * Writes events in one statement. Each audience's stream row is locked, in the order of audiences, and gives the next
 * numbers; the lock is held to the commit, so that numbers have no gaps and become visible in their order.
 */
export async function writeEvents(session: Session, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event, position) => ({
    position,
    audience: event.audience,
    kind: event.kind,
    subject: event.subject,
    subject_id: event.subjectId,
    body: event.text,
  }));
  await session.rows(
    'write_events',
    `WITH fresh AS (
       SELECT *, row_number() OVER (PARTITION BY audience ORDER BY position) AS number
       FROM jsonb_to_recordset(?::jsonb)
         AS event (position integer, audience uuid, kind text, subject text, subject_id text, body text)
     ), stream AS (
       INSERT INTO event_streams (audience, last_seq)
       SELECT audience, count(*) FROM fresh GROUP BY audience ORDER BY audience
       ON CONFLICT (audience) DO UPDATE SET last_seq = event_streams.last_seq + excluded.last_seq
       RETURNING audience, last_seq
     )
     INSERT INTO events (audience, seq, created_at, kind, subject, subject_id, body)
     SELECT fresh.audience,
       stream.last_seq - count(*) OVER (PARTITION BY fresh.audience) + fresh.number,
       ?, fresh.kind, fresh.subject, fresh.subject_id, fresh.body
     FROM fresh JOIN stream USING (audience) ORDER BY fresh.audience, fresh.number`,
    [batch(rows), timestamp(session.clock.now())],
  );
}
