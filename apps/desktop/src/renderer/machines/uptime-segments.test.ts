import { describe, expect, it } from 'vitest';
import { SEGMENT_PERCENT_MIN, upShare, uptimeSegments, uptimeSentence, uptimeSums } from './uptime-segments.ts';

const at = (hours: number): Date => new Date(Date.UTC(2026, 4, 1) + hours * 3_600_000);
const window = { start: at(0), end: at(24) };
const span = (kind: 'up' | 'down' | 'degraded' | 'not_measured', from: number, to: number) => ({
  kind,
  range: { start: at(from), end: at(to) },
});

describe('the uptime bar', () => {
  it('places each span by its share of the window', () => {
    expect(uptimeSegments([span('up', 0, 12), span('down', 12, 18), span('not_measured', 18, 24)], window)).toEqual([
      { kind: 'up', startPercent: 0, widthPercent: 50 },
      { kind: 'down', startPercent: 50, widthPercent: 25 },
      { kind: 'not_measured', startPercent: 75, widthPercent: 25 },
    ]);
  });

  it('cuts what reaches beyond the window and leaves out what lies beside it', () => {
    expect(uptimeSegments([span('up', -5, 6), span('down', 30, 31), span('up', 23, 26)], window)).toEqual([
      { kind: 'up', startPercent: 0, widthPercent: 25 },
      { kind: 'up', startPercent: (23 / 24) * 100, widthPercent: (1 / 24) * 100 },
    ]);
  });

  it('never lets a short outage vanish', () => {
    const [outage] = uptimeSegments([span('down', 3, 3 + 1 / 60)], window);
    expect(outage?.widthPercent).toBe(SEGMENT_PERCENT_MIN);
  });

  it('draws nothing in a window without length', () => {
    expect(uptimeSegments([span('up', 0, 1)], { start: at(1), end: at(1) })).toEqual([]);
  });
});

describe('the sentence about it', () => {
  it('counts the share of the measured time only', () => {
    const sums = uptimeSums([span('up', 0, 9), span('down', 9, 10), span('not_measured', 10, 24)], window);
    expect(upShare(sums)).toBeCloseTo(0.9);
    expect(uptimeSentence(sums)).toMatch(/^Up 90\s?% of the measured time, down 1 h, not measured 14 h\.$/);
  });

  it('claims nothing when nothing was measured', () => {
    const sums = uptimeSums([span('not_measured', 0, 24)], window);
    expect(upShare(sums)).toBeNull();
    expect(uptimeSentence(sums)).toBe('Nothing was measured in the last 24 hours.');
  });

  it('does not round an outage away', () => {
    const sums = uptimeSums([span('up', 0, 23.9999), span('down', 23.9999, 24)], window);
    expect(uptimeSentence(sums)).not.toMatch(/100/);
  });
});
