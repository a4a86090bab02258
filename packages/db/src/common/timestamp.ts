import type { Instant } from '@rsm/domain/common/instant';

/** An instant as Postgres reads it in every zone. */
export function timestamp(at: Instant): string;
export function timestamp(at: Instant | null): string | null;
export function timestamp(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
