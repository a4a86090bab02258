import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, instant, plusMs } from '../common/instant.ts';
import type { StartOutcome } from './late-start.ts';
import { startOutcome } from './late-start.ts';

const start = instant(1_800_000_000_000);

describe('a start that is late', () => {
  it.each<[string, number, number, boolean, StartOutcome]>([
    ['a ready machine at the start', 3 * HOUR_MS, 0, false, 'begin'],
    ['a quarantined machine at the start', 3 * HOUR_MS, 0, true, 'wait'],
    ['a quarantined machine a moment before 60 minutes', 3 * HOUR_MS, HOUR_MS - 1, true, 'wait'],
    ['a machine still quarantined 60 minutes after the start', 3 * HOUR_MS, HOUR_MS, true, 'fail'],
    ['a machine that is ready just then', 3 * HOUR_MS, HOUR_MS, false, 'begin'],
    ['a machine that is ready later', 3 * HOUR_MS, HOUR_MS + 1, false, 'fail'],
    ['a short booking before its end, quarantined', 20 * MINUTE_MS, 20 * MINUTE_MS - 1, true, 'wait'],
    ['a short booking before its end, ready', 20 * MINUTE_MS, 20 * MINUTE_MS - 1, false, 'begin'],
    ['a short booking at its end, quarantined', 20 * MINUTE_MS, 20 * MINUTE_MS, true, 'fail'],
    ['a short booking at its end, ready: no time is left', 20 * MINUTE_MS, 20 * MINUTE_MS, false, 'fail'],
  ])('%s', (_name, lengthMs, lateMs, isHindered, outcome) => {
    const booking = { start, end: plusMs(start, lengthMs) };
    expect(startOutcome(booking, plusMs(start, lateMs), isHindered)).toBe(outcome);
  });
});
