import { describe, expect, it } from 'vitest';
import {
  addDays,
  calendarCells,
  calendarRange,
  daySegments,
  moveAnchor,
  type CalendarEntry,
} from './calendar-cells.ts';

const entry = (id: string, start: Date, end: Date): CalendarEntry => ({ id, kind: 'booking', range: { start, end } });

describe('the grid', () => {
  it('shows seven days from Monday for a week', () => {
    const cells = calendarCells('week', new Date(2026, 4, 6, 15), []);
    expect(cells.map((cell) => cell.day.getDate())).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(cells.every((cell) => cell.isInView)).toBe(true);
  });

  it('shows whole weeks for a month, and says which days belong to it', () => {
    const cells = calendarCells('month', new Date(2026, 4, 20), []);
    expect(cells).toHaveLength(35);
    expect(cells[0]?.day).toEqual(new Date(2026, 3, 27));
    expect(cells.filter((cell) => cell.isInView)).toHaveLength(31);
  });

  it('needs four weeks for a February that begins on a Monday', () => {
    expect(calendarCells('month', new Date(2027, 1, 10), [])).toHaveLength(28);
  });

  it('treats a Sunday as the last day of its week', () => {
    expect(calendarRange('week', new Date(2026, 4, 10, 23)).start).toEqual(new Date(2026, 4, 4));
  });
});

describe('the segments of a day', () => {
  it('cut an entry that runs over midnight into two days', () => {
    const night = entry('night', new Date(2026, 4, 5, 18), new Date(2026, 4, 6, 6));
    expect(daySegments(new Date(2026, 4, 5), [night])).toEqual([{ entry: night, startPercent: 75, widthPercent: 25 }]);
    expect(daySegments(new Date(2026, 4, 6), [night])).toEqual([{ entry: night, startPercent: 0, widthPercent: 25 }]);
  });

  it('leave out what ends at midnight', () => {
    const before = entry('before', new Date(2026, 4, 5, 18), new Date(2026, 4, 6));
    expect(daySegments(new Date(2026, 4, 6), [before])).toEqual([]);
  });

  it('come in the order of the day', () => {
    const late = entry('late', new Date(2026, 4, 5, 18), new Date(2026, 4, 5, 19));
    const early = entry('early', new Date(2026, 4, 5, 8), new Date(2026, 4, 5, 9));
    expect(daySegments(new Date(2026, 4, 5), [late, early]).map((segment) => segment.entry.id)).toEqual([
      'early',
      'late',
    ]);
  });

  it('fill a whole day whatever the clocks do', () => {
    for (let month = 0; month < 12; month += 1) {
      for (let date = 1; date <= 28; date += 1) {
        const day = new Date(2026, month, date);
        const all = entry('all', addDays(day, -1), addDays(day, 2));
        expect(daySegments(day, [all])).toEqual([{ entry: all, startPercent: 0, widthPercent: 100 }]);
      }
    }
  });
});

describe('moving on', () => {
  it('goes by weeks or by months', () => {
    expect(moveAnchor('week', new Date(2026, 4, 6, 15), 1)).toEqual(new Date(2026, 4, 13));
    expect(moveAnchor('month', new Date(2026, 4, 6), -1)).toEqual(new Date(2026, 3, 1));
  });

  it('does not skip February from the 31st of January', () => {
    expect(moveAnchor('month', new Date(2026, 0, 31), 1)).toEqual(new Date(2026, 1, 1));
  });
});
