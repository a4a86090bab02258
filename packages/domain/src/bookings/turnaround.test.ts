import { expect, it } from 'vitest';
import { MINUTE_MS } from '../common/instant.ts';
import { turnaroundFrom } from './turnaround.ts';

it.each<[string, readonly number[], number]>([
  ['no wipe was measured: 15 minutes', [], 15 * MINUTE_MS],
  ['four wipes were measured: still 15 minutes', [1, 1, 1, 1], 15 * MINUTE_MS],
  ['five quick wipes: never below 5 minutes', [1, 1, 1, 1, 1], 5 * MINUTE_MS],
  ['five wipes, the longest 20 minutes: that plus half', [1, 1, 1, 1, 20 * MINUTE_MS], 30 * MINUTE_MS],
  [
    'twenty wipes: the 95th percentile is the 19th, an outlier does not count',
    [...Array.from({ length: 19 }, () => 10 * MINUTE_MS), 600 * MINUTE_MS],
    15 * MINUTE_MS,
  ],
])('%s', (_name, durationsMs, expected) => {
  expect(turnaroundFrom(durationsMs)).toBe(expected);
});
