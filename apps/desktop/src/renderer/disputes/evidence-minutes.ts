import type { DisputeEvidence } from '@rsm/domain/disputes/dispute-evidence';
import { formatDuration } from '../format/time.ts';
import type { UptimeSpan } from '../machines/uptime-segments.ts';

type Minutes = DisputeEvidence['minutes'];

/** The stretches of evidence as a bar draws them: evidence names those that were not `up`, and what lies between them was. */
export function evidenceSpans({ from, to, notUp }: Minutes): readonly UptimeSpan[] {
  const spans: UptimeSpan[] = [];
  let at = new Date(from);
  const end = new Date(to);
  const rows = notUp.rows.toSorted((a, b) => a.start.localeCompare(b.start));
  for (const { kind, start, end: until } of rows) {
    const range = { start: new Date(start), end: new Date(until) };
    if (range.start > at) spans.push({ kind: 'up', range: { start: at, end: range.start } });
    spans.push({ kind, range });
    if (range.end > at) at = range.end;
  }
  if (end > at) spans.push({ kind: 'up', range: { start: at, end } });
  return spans;
}

/** What was measured, in a sentence. Sums are exact also where stretches were left out. */
export function minutesSentence({ sumsMs }: Minutes): string {
  const parts = (
    [
      ['up', sumsMs.up],
      ['down', sumsMs.down],
      ['degraded', sumsMs.degraded],
      ['not measured', sumsMs.not_measured],
    ] as const
  )
    .filter(([, ms]) => ms > 0)
    .map(([word, ms]) => `${word} ${formatDuration(ms)}`);
  return parts.length === 0 ? 'There was no time to measure.' : `The machine was ${parts.join(', ')}.`;
}
