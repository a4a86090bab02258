import type { UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { EventKind, EventReads, EventRow, EventSubject } from '@rsm/domain/events/event';

import { batch, type Session } from '../common/session.ts';

type Row = {
  readonly audience: UserId;
  readonly seq: bigint;
  readonly created_at: Instant;
  readonly kind: EventKind;
  readonly subject: EventSubject;
  readonly subject_id: string;
  readonly body: string;
};

/** What users may see, in the order in which it became true. */
export class PgEventRepository implements EventReads {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async listAfter(audience: UserId, seq: number, limit: number): Promise<readonly EventRow[]> {
    const rows = await this.#session.rows<Row>(
      'list_events_after',
      `SELECT audience, seq, created_at, kind, subject, subject_id, body FROM events
       WHERE audience = ? AND seq > ? ORDER BY seq LIMIT ?`,
      [audience, seq, limit],
    );
    return rows.map((row) => toEvent(row));
  }

  async listAfterEach(
    places: readonly { readonly audience: UserId; readonly afterSeq: number }[],
    limit: number,
  ): Promise<ReadonlyMap<UserId, readonly EventRow[]>> {
    const rows = await this.#session.rows<Row>(
      'list_events_after_each',
      `SELECT event.* FROM jsonb_to_recordset(?::jsonb) AS place (audience uuid, after_seq bigint)
       CROSS JOIN LATERAL (
         SELECT audience, seq, created_at, kind, subject, subject_id, body FROM events
         WHERE events.audience = place.audience AND seq > place.after_seq ORDER BY seq LIMIT ?
       ) AS event ORDER BY event.audience, event.seq`,
      [batch(places.map(({ audience, afterSeq }) => ({ audience, after_seq: afterSeq }))), limit],
    );
    const byAudience = new Map<UserId, EventRow[]>();
    for (const row of rows) {
      const own = byAudience.get(row.audience);
      if (own === undefined) byAudience.set(row.audience, [toEvent(row)]);
      else own.push(toEvent(row));
    }
    return byAudience;
  }

  async bounds(audience: UserId): Promise<{ readonly lastSeq: number; readonly oldestSeq: number }> {
    const row = await this.#session.row<{ last_seq: bigint; oldest_seq: bigint }>(
      'event_bounds',
      `SELECT coalesce((SELECT last_seq FROM event_streams WHERE audience = ?), 0) AS last_seq,
              coalesce((SELECT min(seq) FROM events WHERE audience = ?), 0) AS oldest_seq`,
      [audience, audience],
    );
    return { lastSeq: Number(row?.last_seq ?? 0), oldestSeq: Number(row?.oldest_seq ?? 0) };
  }
}

function toEvent(row: Row): EventRow {
  return {
    audience: row.audience,
    seq: Number(row.seq),
    at: row.created_at,
    kind: row.kind,
    subject: row.subject,
    subjectId: row.subject_id,
    text: row.body,
  };
}
