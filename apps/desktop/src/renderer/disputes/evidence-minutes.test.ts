import { describe, expect, it } from 'vitest';
import { evidenceSpans, minutesSentence } from './evidence-minutes.ts';

const minutes = {
  from: '2026-11-02T12:00:00.000Z',
  to: '2026-11-02T13:00:00.000Z',
  sumsMs: { up: 2_400_000, down: 900_000, degraded: 0, not_measured: 300_000 },
  notUp: {
    rows: [
      { kind: 'not_measured' as const, start: '2026-11-02T12:55:00.000Z', end: '2026-11-02T13:00:00.000Z' },
      { kind: 'down' as const, start: '2026-11-02T12:10:00.000Z', end: '2026-11-02T12:25:00.000Z' },
    ],
    leftOut: 0,
  },
};

describe('the minutes of evidence', () => {
  it('fills what lies between the bad stretches', () => {
    const drawn = evidenceSpans(minutes).map(
      ({ kind, range }) =>
        `${kind} ${range.start.toISOString().slice(11, 16)}-${range.end.toISOString().slice(11, 16)}`,
    );
    expect(drawn).toEqual(['up 12:00-12:10', 'down 12:10-12:25', 'up 12:25-12:55', 'not_measured 12:55-13:00']);
  });

  it('is up from end to end where nothing else is named', () => {
    expect(evidenceSpans({ ...minutes, notUp: { rows: [], leftOut: 0 } })).toEqual([
      { kind: 'up', range: { start: new Date(minutes.from), end: new Date(minutes.to) } },
    ]);
  });

  it('says the same in words, and leaves out what did not happen', () => {
    expect(minutesSentence(minutes)).toBe('The machine was up 40 min, down 15 min, not measured 5 min.');
    const none = { up: 0, down: 0, degraded: 0, not_measured: 0 };
    expect(minutesSentence({ ...minutes, sumsMs: none })).toBe('There was no time to measure.');
  });
});
