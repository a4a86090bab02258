import { describe, expect, test } from 'vitest';
import { instant } from '../common/instant.ts';
import { MONTH_GRACE_MS, isMonthOver, monthOf } from './calendar-month.ts';

const at = (iso: string) => instant(Date.parse(iso));

describe('a month of the calendar', () => {
  test.each([
    ['2026-11-30T23:59:59.999Z', '2026-11'],
    ['2026-12-01T00:00:00.000Z', '2026-12'],
    ['2026-12-31T23:59:59.999Z', '2026-12'],
    ['2027-01-01T00:00:00.000Z', '2027-01'],
    ['2028-02-29T12:00:00.000Z', '2028-02'],
    // Midnight in Berlin, but still November in UTC.
    ['2026-12-01T00:30:00.000+01:00', '2026-11'],
  ])('%s lies in %s', (iso, name) => {
    expect(monthOf(at(iso)).name).toBe(name);
  });

  test('begins where the one before it ends', () => {
    const november = monthOf(at('2026-11-15T00:00:00Z'));
    expect(november).toMatchObject({ start: at('2026-11-01T00:00:00Z'), end: at('2026-12-01T00:00:00Z') });
    expect(monthOf(november.end).start).toBe(november.end);
  });

  test('is over an hour after its end, when no transaction of it can still run', () => {
    const month = monthOf(at('2026-11-15T00:00:00Z'));
    expect(isMonthOver(month, instant(month.end + MONTH_GRACE_MS - 1))).toBe(false);
    expect(isMonthOver(month, instant(month.end + MONTH_GRACE_MS))).toBe(true);
  });
});
