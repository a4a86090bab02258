import { describe, expect, it } from 'vitest';
import { instant } from '../common/instant.ts';
import { monthStart, nextMonthStart } from './auto-top-up.ts';

describe('a calendar month in UTC', () => {
  it.each([
    ['2031-01-01T00:00:00.000Z', '2031-01-01T00:00:00.000Z', '2031-02-01T00:00:00.000Z'],
    ['2031-01-31T23:59:59.999Z', '2031-01-01T00:00:00.000Z', '2031-02-01T00:00:00.000Z'],
    ['2032-02-29T12:00:00.000Z', '2032-02-01T00:00:00.000Z', '2032-03-01T00:00:00.000Z'],
    ['2031-12-31T23:59:59.999Z', '2031-12-01T00:00:00.000Z', '2032-01-01T00:00:00.000Z'],
  ])('of %s begins at %s and the next one at %s', (at, start, next) => {
    const now = instant(Date.parse(at));
    expect(new Date(monthStart(now)).toISOString()).toBe(start);
    expect(new Date(nextMonthStart(now)).toISOString()).toBe(next);
  });
});
