import { describe, expect, it } from 'vitest';
import { blockIdSchema, unitIdSchema, userIdSchema } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { DAY_MS, HOUR_MS, instant } from '../common/instant.ts';
import type { MinuteKind, MinuteSpan } from '../machines/machine-minutes.ts';
import type { Block } from '../occupancies/occupancy.ts';
import { dayStartOf, machineDayOf } from './machine-day.ts';

const midnight = instant(Date.UTC(2031, 0, 15));
const hour = (hours: number): Instant => instant(midnight + hours * HOUR_MS);
const span = (kind: MinuteKind, from: number, to: number): MinuteSpan => ({
  kind,
  range: { start: hour(from), end: hour(to) },
});
const block = (from: number, to: number, setAt: number): Block => ({
  id: blockIdSchema.parse('019a0000-0000-7000-8000-000000000001'),
  unitId: unitIdSchema.parse('019a0000-0000-7000-8000-000000000002'),
  createdBy: userIdSchema.parse('019a0000-0000-7000-8000-000000000003'),
  kind: 'maintenance',
  range: { start: hour(from), end: hour(to) },
  note: null,
  createdAt: hour(setAt),
});

describe('a day of a machine', () => {
  it('adds up each kind, within the day alone', () => {
    const spans = [span('up', -2, 10), span('down', 10, 11), span('not_measured', 11, 20), span('degraded', 20, 30)];
    expect(machineDayOf(midnight, spans, [])).toEqual({
      dayStart: midnight,
      upMs: 10 * HOUR_MS,
      downMs: HOUR_MS,
      degradedMs: 4 * HOUR_MS,
      excusedMs: 0,
    });
  });

  it.each<[string, readonly Block[], number]>([
    ['a block that was set before', [block(8, 12, 0)], 4],
    ['a block that was set in the middle of the outage', [block(8, 12, 11)], 1],
    ['a block that was set afterwards', [block(8, 12, 15)], 0],
    ['blocks one after the other', [block(8, 10, 0), block(10, 11, 0)], 3],
    ['a machine that was up meanwhile', [block(14, 20, 0)], 0],
  ])('%s', (_, blocks, excusedHours) => {
    const spans = [span('up', 0, 8), span('down', 8, 12), span('up', 12, 24)];
    expect(machineDayOf(midnight, spans, blocks).excusedMs).toBe(excusedHours * HOUR_MS);
  });

  it('begins at midnight UTC', () => {
    expect(dayStartOf(hour(23))).toBe(midnight);
    expect(dayStartOf(midnight)).toBe(midnight);
    expect(dayStartOf(instant(midnight - 1))).toBe(midnight - DAY_MS);
  });
});
