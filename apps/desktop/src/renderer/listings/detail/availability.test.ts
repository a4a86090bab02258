import { describe, expect, test } from 'vitest';
import { dayCells, dayWords, localMidnight } from './availability.ts';

const at = (day: number, hour = 0, minute = 0): Date => new Date(2026, 10, day, hour, minute);
const NOW = at(22, 12);

describe('the calendar of a listing', () => {
  test('a day without bookings is free from its first minute, today from now on', () => {
    const [today, tomorrow] = dayCells(NOW, 2, [], NOW);
    expect(today).toMatchObject({ state: 'free', firstFree: NOW, start: at(22) });
    expect(tomorrow).toMatchObject({ state: 'free', firstFree: at(23) });
  });

  test('a booking over midnight takes its part of both days', () => {
    const [first, second] = dayCells(at(23), 2, [{ start: at(23, 18), end: at(24, 6) }], NOW);
    expect(first?.taken).toMatchObject([{ from: 0.75, to: 1 }]);
    expect(second?.taken).toMatchObject([{ from: 0, to: 0.25 }]);
    expect(first).toMatchObject({ state: 'partly', firstFree: at(23) });
    expect(second).toMatchObject({ state: 'partly', firstFree: at(24, 6) });
  });

  test('bookings that touch are one taken stretch', () => {
    const busy = [
      { start: at(23, 12), end: at(23, 14) },
      { start: at(23, 10), end: at(23, 12) },
    ];
    const [day] = dayCells(at(23), 1, busy, NOW);
    expect(day?.taken).toMatchObject([{ start: at(23, 10), end: at(23, 14) }]);
    expect(day === undefined ? '' : dayWords(day)).toMatch(/^taken [^,–]+–[^,–]+$/);
  });

  test('a day without a free minute is taken', () => {
    const [day] = dayCells(at(23), 1, [{ start: at(22, 20), end: at(24, 1) }], NOW);
    expect(day).toMatchObject({ state: 'taken', firstFree: null });
  });

  test('what is left of today may be taken although the morning was free', () => {
    const [today] = dayCells(NOW, 1, [{ start: at(22, 11), end: at(23) }], NOW);
    expect(today).toMatchObject({ state: 'taken', firstFree: null });
  });

  test('days before now are over', () => {
    const [yesterday] = dayCells(at(21), 1, [], NOW);
    expect(yesterday).toMatchObject({ state: 'past' });
    expect(yesterday === undefined ? '' : dayWords(yesterday)).toBe('over');
  });

  test('midnights follow the calendar of the zone, not 24-hour steps', () => {
    const days = dayCells(at(1), 30, [], NOW);
    expect(days.every((day) => day.start.getHours() === 0 && day.end.getHours() === 0)).toBe(true);
    expect(localMidnight(at(30, 23), 1)).toEqual(new Date(2026, 11, 1));
  });
});
