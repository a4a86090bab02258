import { describe, expect, it } from 'vitest';
import { dayInput, exportRange } from './export-range.ts';

describe('the stretch of time of an export', () => {
  it('has both its days whole, in the person’s zone', () => {
    expect(exportRange('2031-03-01', '2031-03-31')).toEqual({
      kind: 'range',
      from: new Date(2031, 2, 1),
      to: new Date(2031, 3, 1),
    });
    expect(exportRange('2031-03-05', '2031-03-05')).toMatchObject({ kind: 'range', to: new Date(2031, 2, 6) });
  });

  it.each([
    ['', '2031-03-05', 'from'],
    ['2031-03-05', '', 'to'],
    ['2031-03-05', '2031-03-04', 'to'],
    ['yesterday', '2031-03-04', 'from'],
  ])('from %j to %j names the field that is wrong', (from, to, field) => {
    expect(exportRange(from, to)).toMatchObject({ kind: 'problem', field });
  });

  it('begins with the day of a moment', () => {
    expect(dayInput(new Date(2031, 0, 9, 23, 59).getTime())).toBe('2031-01-09');
  });
});
