import { expect, it } from 'vitest';
import { dayBars } from './day-bars.ts';

const DAY_MS = 86_400_000;
const today = Date.UTC(2031, 0, 15);
const day = (daysAgo: number, sums: { upMs?: number; downMs?: number; degradedMs?: number }) => ({
  dayStart: new Date(today - daysAgo * DAY_MS),
  upMs: 0,
  downMs: 0,
  degradedMs: 0,
  excusedMs: 0,
  ...sums,
});

it('draws a bar a day, the newest last, and does not hide a bad minute in a good day', () => {
  const days = [
    day(3, { upMs: DAY_MS }),
    day(2, { upMs: DAY_MS - 60_000, downMs: 60_000 }),
    day(1, { upMs: DAY_MS / 4, degradedMs: DAY_MS / 4 }),
    day(0, {}),
  ];
  expect(dayBars(days, 5, today + 5).map(({ heightPercent, kind }) => [kind, heightPercent])).toEqual([
    ['not_measured', 8],
    ['up', 100],
    ['down', 90],
    ['degraded', 50],
    ['not_measured', 8],
  ]);
});

it('keeps the place of days that are not known', () => {
  const bars = dayBars([day(1, { upMs: 1 })], 3, today);
  expect(bars.map(({ kind }) => kind)).toEqual(['not_measured', 'up', 'not_measured']);
  expect(bars.map(({ startMs }) => startMs)).toEqual([today - 2 * DAY_MS, today - DAY_MS, today]);
});
