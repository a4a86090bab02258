import type { Instant, TimeRange } from '../common/instant.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs } from '../common/instant.ts';
import type { Benchmark, BenchmarkKind, BenchmarkOrigin } from './benchmark.ts';

/** What a listing says of its speed is measured again after this. */
export const REMEASURE_AFTER_MS = 7 * DAY_MS;
/** A run of ours starts only when nobody has the machine for so long from then on. */
export const REMEASURE_MARGIN_MS = 30 * MINUTE_MS;
/** Measuring anew that came to nothing is not tried again sooner. */
export const REMEASURE_RETRY_MS = 6 * HOUR_MS;

/** Newest succeeded runs, one of each kind. */
type Latest = readonly Pick<Benchmark, 'kind' | 'finishedAt' | 'factsFingerprint'>[];

export interface DueKind {
  readonly kind: BenchmarkKind;
  readonly origin: BenchmarkOrigin;
}

/**
 * The kinds that have to be measured again, and why. Only what was measured before is: what a machine is asked for the first
 * time is its provider's to decide. Runs from before fingerprints were kept count as of the facts of today.
 */
export function dueKinds(latest: Latest, fingerprint: string | null, now: Instant): readonly DueKind[] {
  return latest.flatMap(({ kind, finishedAt, factsFingerprint }): DueKind[] => {
    if (factsFingerprint !== null && fingerprint !== null && factsFingerprint !== fingerprint) {
      return [{ kind, origin: 'facts_changed' }];
    }
    const isOld = finishedAt !== null && plusMs(finishedAt, REMEASURE_AFTER_MS) <= now;
    return isOld ? [{ kind, origin: 'weekly' }] : [];
  });
}

/** When a machine is due next, after one of these was measured; null where nothing was. Never at once, so that a kind that fails is no loop. */
export function nextRemeasureAt(latest: Latest, now: Instant): Instant | null {
  const finished = latest.flatMap(({ finishedAt }) => (finishedAt === null ? [] : [finishedAt]));
  if (finished.length === 0) return null;
  const due = finished.reduce((oldest, at) => (at < oldest ? at : oldest));
  const soonest = plusMs(now, REMEASURE_RETRY_MS);
  const at = plusMs(due, REMEASURE_AFTER_MS);
  return at > soonest ? at : soonest;
}

/** A run of ours starts only when the machine's calendar is empty in this range: no booking, and no block of its provider either. */
export function quietRange(now: Instant): TimeRange {
  return { start: now, end: plusMs(now, REMEASURE_MARGIN_MS) };
}
