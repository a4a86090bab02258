import { describe, expect, it } from 'vitest';
import { earningsBars, feeMicros, feePercentText } from './earnings-sums.ts';

const line = (amountMicros: bigint, at: Date) => ({ amountMicros, at });
/** A Wednesday. */
const now = new Date(2026, 4, 6, 15, 30);

describe('earnings per day', () => {
  it('end today and have a bar for every day', () => {
    const bars = earningsBars([], 'day', 3, now);
    expect(bars.map((bar) => new Date(bar.startMs).getDate())).toEqual([4, 5, 6]);
    expect(bars.every((bar) => bar.amountMicros === 0n)).toBe(true);
  });

  it('belong to the day in which they were earned, to the last minute', () => {
    const bars = earningsBars(
      [
        line(5n, new Date(2026, 4, 5, 23, 59)),
        line(7n, new Date(2026, 4, 6, 0, 0)),
        line(1n, new Date(2026, 4, 6, 12)),
        line(100n, new Date(2026, 4, 3, 12)),
      ],
      'day',
      3,
      now,
    );
    expect(bars.map((bar) => bar.amountMicros)).toEqual([0n, 5n, 8n]);
  });

  it('are not lowered when a share becomes available', () => {
    const bars = earningsBars([line(9n, now), line(-9n, now)], 'day', 1, now);
    expect(bars[0]?.amountMicros).toBe(9n);
  });
});

describe('earnings per week', () => {
  it('begin on Mondays', () => {
    const bars = earningsBars([line(3n, new Date(2026, 4, 3, 12)), line(4n, new Date(2026, 4, 4))], 'week', 2, now);
    expect(bars.map((bar) => [new Date(bar.startMs).getDate(), bar.amountMicros])).toEqual([
      [27, 3n],
      [4, 4n],
    ]);
  });

  it('count a Sunday to the week that it ends', () => {
    const sunday = new Date(2026, 4, 10, 20);
    expect(earningsBars([line(2n, sunday)], 'week', 1, sunday)).toEqual([
      { startMs: new Date(2026, 4, 4).getTime(), amountMicros: 2n },
    ]);
  });
});

describe('the platform fee', () => {
  it('is what is missing from the charge', () => {
    expect(feeMicros(1_000_000n, 900_000n)).toBe(100_000n);
  });

  it('is shown in percent', () => {
    expect(feePercentText(1_000)).toMatch(/^10\s?%$/);
    expect(feePercentText(1_250)).toMatch(/^12[.,]5\s?%$/);
  });
});
