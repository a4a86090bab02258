import { describe, expect, it } from 'vitest';
import { ageWords, daysSentence, pointsWords, ppmOfPercent, reliabilityWords } from './reliability-words.ts';

const HOUR_MS = 3_600_000;
const day = (downMs: number, upMs = 24 * HOUR_MS - downMs) => ({
  dayStart: new Date('2031-01-15T00:00:00Z'),
  upMs,
  downMs,
  degradedMs: 0,
  excusedMs: 0,
});

describe('a reliability in words', () => {
  it.each([
    [null, 'new'],
    [0, '0 %'],
    [987_499, '98.74 %'],
    [999_999, '99.99 %'],
    [1_000_000, '100 %'],
  ])('%s reads %s', (ppm, words) => {
    expect(reliabilityWords(ppm)).toBe(words);
  });

  it('never claims more than it is, and never shows a loss as nothing', () => {
    expect(pointsWords(1)).toBe('−0.01');
    expect(pointsWords(25_000)).toBe('−2.5');
  });

  it.each([
    [-5, '0 min old'],
    [59, '0 min old'],
    [61, '1 min old'],
    [2 * 3_600 + 5, '2 h old'],
    [50 * 3_600, '2 d old'],
  ])('computed %s seconds ago is %s', (seconds, words) => {
    expect(ageWords('2031-01-15T00:00:00.000Z', Date.UTC(2031, 0, 15) + seconds * 1_000)).toBe(words);
  });

  it('asks the API for what was typed', () => {
    expect(ppmOfPercent(98.5)).toBe(985_000);
    expect(ppmOfPercent(99.99)).toBe(999_900);
  });

  it('tells the days to those who can’t see bars', () => {
    expect(daysSentence([])).toBe('Nothing was measured yet.');
    expect(daysSentence([day(0)])).toBe('On no measured day was it down or degraded.');
    expect(daysSentence([day(HOUR_MS), day(0), day(HOUR_MS)])).toBe('Down or degraded on 2 days, for 2 h together.');
  });
});
