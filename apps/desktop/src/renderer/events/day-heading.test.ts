import { describe, expect, it } from 'vitest';
import { formatDayHeading } from './day-heading.ts';

const nowMs = new Date(2026, 10, 1, 0, 30).getTime();

describe('the heading of a day', () => {
  it('is by the calendar and not by hours', () => {
    expect(formatDayHeading(new Date(2026, 10, 1, 0, 1), nowMs)).toBe('Today');
    expect(formatDayHeading(new Date(2026, 9, 31, 23, 59), nowMs)).toBe('Yesterday');
    expect(formatDayHeading(new Date(2026, 9, 31, 0, 0), nowMs)).toBe('Yesterday');
  });

  it('is the date before that', () => {
    const heading = formatDayHeading(new Date(2026, 9, 30, 23, 59), nowMs);
    expect(heading).toContain('2026');
    expect(heading).toContain('30');
  });
});
