import type { UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';

/** A look at private data, or an admin's decision, that must be explainable later. */
export interface AuditEntry {
  readonly actorId: UserId | null;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly reason: string | null;
  readonly at: Instant;
}

export interface AuditWriter {
  insert(entry: AuditEntry): Promise<void>;
}
