import type { Instant, TimeRange } from '../common/instant.ts';
import { MINUTE_MS, SECOND_MS, later, earlier, instant } from '../common/instant.ts';

/** One look at a machine. `control_failed` means that our own control probe failed too, so the look says nothing. */
export const probeOutcomes = ['up', 'down', 'degraded', 'control_failed'] as const;
export type ProbeOutcome = (typeof probeOutcomes)[number];

export interface ProbeSample {
  readonly at: Instant;
  readonly outcome: ProbeOutcome;
  readonly detail: string | null;
}

export const minuteKinds = ['up', 'down', 'degraded', 'not_measured'] as const;
export type MinuteKind = (typeof minuteKinds)[number];

export interface MinuteSpan {
  readonly range: TimeRange;
  readonly kind: MinuteKind;
}

/** product.md: `down` takes two failed probes that lie 30 s apart. */
export const DOWN_PROBES_APART_MS = 30 * SECOND_MS;
/** A sample speaks for the time until the next one, but never for longer than this. */
export const SAMPLE_REACH_MS = 2 * MINUTE_MS;
/** After so much unusable time the renter may leave without minimum or policy charge. */
export const FREE_LEAVE_AFTER_MS = 15 * MINUTE_MS;
/** After so much unusable time the booking ends as interrupted. */
export const INTERRUPT_AFTER_MS = 120 * MINUTE_MS;

/**
 * Turns samples into spans of one kind each, over exactly `range`. A failed probe counts as `down` only when another
 * failed probe lies at least 30 s after or before it with no success between; a single failure is `not_measured`.
 * @param samples oldest first
 */
export function classifyMinutes(samples: readonly ProbeSample[], range: TimeRange): readonly MinuteSpan[] {
  const spans: MinuteSpan[] = [];
  let coveredUntil: Instant = range.start;
  samples.forEach((sample, index) => {
    const next = samples[index + 1];
    const reachEnd = instant(Math.min(next?.at ?? sample.at + SAMPLE_REACH_MS, sample.at + SAMPLE_REACH_MS));
    const start = later(sample.at, coveredUntil);
    const end = earlier(reachEnd, range.end);
    if (end <= start) return;
    if (start > coveredUntil) push(spans, { start: coveredUntil, end: start }, 'not_measured');
    push(spans, { start, end }, kindOf(samples, index));
    coveredUntil = end;
  });
  if (coveredUntil < range.end) push(spans, { start: coveredUntil, end: range.end }, 'not_measured');
  return spans;
}

function kindOf(samples: readonly ProbeSample[], index: number): MinuteKind {
  const sample = samples[index];
  if (sample === undefined) return 'not_measured';
  if (sample.outcome === 'control_failed') return 'not_measured';
  if (sample.outcome !== 'down') return sample.outcome;
  return isConfirmedDown(samples, index, 1) || isConfirmedDown(samples, index, -1) ? 'down' : 'not_measured';
}

function isConfirmedDown(samples: readonly ProbeSample[], index: number, direction: 1 | -1): boolean {
  const at = samples[index]?.at;
  if (at === undefined) return false;
  for (let other = index + direction; other >= 0 && other < samples.length; other += direction) {
    const sample = samples[other];
    if (sample === undefined || sample.outcome === 'up' || sample.outcome === 'degraded') return false;
    if (sample.outcome === 'down' && Math.abs(sample.at - at) >= DOWN_PROBES_APART_MS) return true;
  }
  return false;
}

function push(spans: MinuteSpan[], range: TimeRange, kind: MinuteKind): void {
  const last = spans.at(-1);
  if (last !== undefined && last.kind === kind && last.range.end === range.start) {
    spans[spans.length - 1] = { kind, range: { start: last.range.start, end: range.end } };
  } else {
    spans.push({ range, kind });
  }
}

/** Milliseconds of `down` and `degraded`: the time that is not charged. */
export function unusableMs(spans: readonly MinuteSpan[]): number {
  return spans
    .filter((span) => span.kind === 'down' || span.kind === 'degraded')
    .reduce((total, span) => total + (span.range.end - span.range.start), 0);
}
