import { describe, expect, it } from 'vitest';
import { formatDuration, fromLocalInput, toLocalInput } from './time.ts';

describe('a length of time', () => {
  it.each([
    [0, '0 s'],
    [-5_000, '0 s'],
    [59_400, '59 s'],
    [600_000, '10 min'],
    [7_500_000, '2 h 5 min'],
    [86_400_000 + 60_000, '1 d'],
    [3 * 86_400_000 + 7_200_000 + 60_000, '3 d 2 h'],
  ])('of %d ms reads %s', (durationMs, words) => {
    expect(formatDuration(durationMs)).toBe(words);
  });
});

describe('the field for a date and a time', () => {
  it('gives back the minute that was put in, in the zone of whoever looks', () => {
    const time = new Date('2030-05-01T12:34:00Z');
    expect(fromLocalInput(toLocalInput(time))).toEqual(time);
  });

  // A browser gives nothing while the field is half typed.
  it('that is empty is no time, nor are words', () => {
    expect(fromLocalInput('')).toBeNull();
    expect(fromLocalInput('soon')).toBeNull();
  });
});
