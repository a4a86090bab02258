import type { AuditEntry, AuditWriter } from '@rsm/domain/audit/audit-entry';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

/** Looks at private data and admins' decisions. Rows are only added. */
export class PgAuditLog implements AuditWriter {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async insert(entry: AuditEntry): Promise<void> {
    await this.#session.rows(
      'insert_audit_entry',
      `INSERT INTO audit_log (actor_id, action, subject_type, subject_id, reason, at) VALUES (?, ?, ?, ?, ?, ?)`,
      [entry.actorId, entry.action, entry.subjectType, entry.subjectId, entry.reason, timestamp(entry.at)],
    );
  }
}
