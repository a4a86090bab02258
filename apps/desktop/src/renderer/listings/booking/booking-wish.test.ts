import { describe, expect, test } from 'vitest';
import {
  firstClash,
  firstLengthMs,
  lengthDraftOf,
  lengthOf,
  maximumOf,
  taxOf,
  nextFreeStart,
  presetsFor,
  shortfallOf,
  startProblem,
} from './booking-wish.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LIMITS = { durationMinMs: 10 * MINUTE_MS, durationMaxMs: 30 * DAY_MS };
const at = (iso: string): Date => new Date(`2026-11-${iso}Z`);
const range = (start: string, end: string) => ({ start: at(start), end: at(end) });

describe('how long', () => {
  test('the shortest length and common ones can be chosen at once', () => {
    expect(presetsFor(LIMITS)).toEqual([10 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 12 * HOUR_MS, DAY_MS, 3 * DAY_MS]);
  });

  test('a listing for a few hours offers no days', () => {
    expect(presetsFor({ durationMinMs: 2 * HOUR_MS, durationMaxMs: 5 * HOUR_MS })).toEqual([2 * HOUR_MS, 4 * HOUR_MS]);
  });

  test('an hour is proposed where the listing allows it', () => {
    expect(firstLengthMs(LIMITS)).toBe(HOUR_MS);
    expect(firstLengthMs({ durationMinMs: DAY_MS, durationMaxMs: 2 * DAY_MS })).toBe(DAY_MS);
    expect(firstLengthMs({ durationMinMs: MINUTE_MS, durationMaxMs: 30 * MINUTE_MS })).toBe(30 * MINUTE_MS);
  });

  test('days, hours and minutes add up, and come apart again', () => {
    const durationMs = DAY_MS + 2 * HOUR_MS + 5 * MINUTE_MS;
    expect(lengthOf({ days: '1', hours: '2', minutes: '5' }, LIMITS)).toBe(durationMs);
    expect(lengthDraftOf(durationMs)).toEqual({ days: '1', hours: '2', minutes: '5' });
    expect(lengthOf({ days: '', hours: '26', minutes: '' }, LIMITS)).toBe(26 * HOUR_MS);
  });

  test.each([
    [{ days: '', hours: '', minutes: '' }, 'Enter how long you want the machine.'],
    [{ days: '', hours: '', minutes: '5' }, 'This listing is booked for at least 10 min.'],
    [{ days: '31', hours: '', minutes: '' }, 'This listing is booked for at most 30 d.'],
    [{ days: '1.5', hours: '', minutes: '' }, 'Enter whole numbers.'],
    [{ days: '-1', hours: '', minutes: '' }, 'Enter whole numbers.'],
  ])('%o is refused with the limit', (draft, sentence) => {
    expect(lengthOf(draft, LIMITS)).toBe(sentence);
  });
});

describe('when', () => {
  const nowMs = at('22T12:00:30').getTime();

  test('the minute that has just begun still counts as now', () => {
    expect(startProblem(at('22T12:00'), HOUR_MS, nowMs)).toBeNull();
  });

  test('the past and the far future are refused', () => {
    expect(startProblem(at('22T11:00'), HOUR_MS, nowMs)).toMatch(/past/);
    expect(startProblem(new Date(nowMs + 180 * DAY_MS), HOUR_MS, nowMs)).toMatch(/180 d from now/);
    expect(startProblem(null, HOUR_MS, nowMs)).toBe('Choose a day and a time.');
  });

  test('a window clashes with a booking that begins within its clean-up time', () => {
    const busy = [range('22T15:00', '22T16:15')];
    expect(firstClash(range('22T13:00', '22T14:45'), 15 * MINUTE_MS, busy)).toBeNull();
    expect(firstClash(range('22T13:00', '22T14:46'), 15 * MINUTE_MS, busy)).toEqual(busy[0]);
    expect(firstClash(range('22T16:15', '22T17:00'), 15 * MINUTE_MS, busy)).toBeNull();
  });

  test('of two clashes the first is named', () => {
    const [late, early] = [range('22T18:00', '22T19:00'), range('22T15:00', '22T16:00')];
    expect(firstClash(range('22T14:00', '22T20:00'), 0, [late, early])).toEqual(early);
  });

  test('the next free start leaves room for the clean-up before the following booking', () => {
    const busy = [range('22T12:00', '22T13:00'), range('22T14:10', '22T15:00')];
    const wish = { durationMs: HOUR_MS, turnaroundMs: 15 * MINUTE_MS };
    const horizon = at('30T00:00').getTime();
    // From 13:00 an hour and 15 minutes would reach into 14:10.
    expect(nextFreeStart(busy, wish, nowMs, horizon)).toEqual(at('22T15:00'));
    expect(nextFreeStart(busy, { ...wish, turnaroundMs: 10 * MINUTE_MS }, nowMs, horizon)).toEqual(at('22T13:00'));
  });

  test('a calendar that is full up to the horizon has no free start', () => {
    const wish = { durationMs: HOUR_MS, turnaroundMs: 0 };
    expect(nextFreeStart([range('22T12:00', '29T23:30')], wish, nowMs, at('30T00:00').getTime())).toBeNull();
  });
});

describe('what it costs', () => {
  test('the maximum is seconds × price ÷ 3600, rounded once, half up', () => {
    expect(maximumOf(600_000n, 2 * HOUR_MS)).toBe(1_200_000n);
    expect(maximumOf(600_000n, 10 * MINUTE_MS)).toBe(100_000n);
    expect(maximumOf(1n, HOUR_MS / 2)).toBe(1n);
  });

  test('what is missing in the wallet is exact', () => {
    expect(shortfallOf(800_000n, 2_000_000n)).toBe(1_200_000n);
    expect(shortfallOf(2_000_000n, 2_000_000n)).toBe(0n);
  });
});

test('the tax of a maximum lies within it', () => {
  const tax = { name: 'VAT', basisPoints: 1_900 };
  expect(taxOf(11_900_000n, tax)).toEqual({ ...tax, includedMicros: 1_900_000n });
  expect(taxOf(11_900_000n, { ...tax, basisPoints: 0 }).includedMicros).toBe(0n);
});
