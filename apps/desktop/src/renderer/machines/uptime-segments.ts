import type { MinuteKind } from '@rsm/domain/machines/machine-minutes';
import { formatDuration } from '../format/time.ts';

export interface UptimeSpan {
  readonly kind: MinuteKind;
  readonly range: { readonly start: Date; readonly end: Date };
}

/** A piece of the bar, in percent of its width. */
export interface UptimeSegment {
  readonly kind: MinuteKind;
  readonly startPercent: number;
  readonly widthPercent: number;
}

/** What is narrower can't be seen; a bad minute is drawn this wide all the same, so that it never hides. */
export const SEGMENT_PERCENT_MIN = 0.4;

/** The parts of spans that lie inside the window, as pieces of a bar from 0 to 100. */
export function uptimeSegments(spans: readonly UptimeSpan[], window: UptimeSpan['range']): readonly UptimeSegment[] {
  const startMs = window.start.getTime();
  const lengthMs = window.end.getTime() - startMs;
  if (lengthMs <= 0) return [];
  return spans.flatMap(({ kind, range }) => {
    const fromMs = Math.max(range.start.getTime(), startMs);
    const toMs = Math.min(range.end.getTime(), window.end.getTime());
    if (toMs <= fromMs) return [];
    const startPercent = ((fromMs - startMs) / lengthMs) * 100;
    const widthPercent = ((toMs - fromMs) / lengthMs) * 100;
    const isBad = kind === 'down' || kind === 'degraded';
    return [{ kind, startPercent, widthPercent: isBad ? Math.max(widthPercent, SEGMENT_PERCENT_MIN) : widthPercent }];
  });
}

/** Milliseconds of each kind inside the window. */
export function uptimeSums(
  spans: readonly UptimeSpan[],
  window: UptimeSpan['range'],
): Readonly<Record<MinuteKind, number>> {
  const sums: Record<MinuteKind, number> = { up: 0, down: 0, degraded: 0, not_measured: 0 };
  for (const { kind, range } of spans) {
    const fromMs = Math.max(range.start.getTime(), window.start.getTime());
    const toMs = Math.min(range.end.getTime(), window.end.getTime());
    sums[kind] += Math.max(0, toMs - fromMs);
  }
  return sums;
}

/** The share of the measured time in which the machine was up; null when nothing was measured. Not measured is no claim. */
export function upShare(sums: Readonly<Record<MinuteKind, number>>): number | null {
  const measuredMs = sums.up + sums.down + sums.degraded;
  return measuredMs === 0 ? null : sums.up / measuredMs;
}

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 2 });

/** The bar in words, for those who can't see it. */
export function uptimeSentence(sums: Readonly<Record<MinuteKind, number>>): string {
  const share = upShare(sums);
  if (share === null) return 'Nothing was measured in the last 24 hours.';
  // Rounding must not turn 99.999 % into a claim of 100 %.
  const shown = share < 1 ? Math.min(share, 0.9999) : 1;
  const parts = [`Up ${percent.format(shown)} of the measured time`];
  if (sums.down > 0) parts.push(`down ${formatDuration(sums.down)}`);
  if (sums.degraded > 0) parts.push(`degraded ${formatDuration(sums.degraded)}`);
  if (sums.not_measured > 0) parts.push(`not measured ${formatDuration(sums.not_measured)}`);
  return `${parts.join(', ')}.`;
}
