import { describe, expect, it } from 'vitest';
import { draftOf, isSameDraft, joinDuration, priceText, splitDuration, termsOf } from './listing-draft.ts';

describe('the form of a listing', () => {
  const machine = { name: 'gpu-1', facts: null };

  it('begins with the defaults of the product', () => {
    expect(draftOf(null, machine)).toMatchObject({
      title: 'gpu-1',
      price: '',
      shortest: '10',
      shortestUnit: 'minutes',
      longest: '30',
      longestUnit: 'days',
      cancellationPolicy: 'flexible',
    });
  });

  it('asks for the lengths in milliseconds', () => {
    const draft = { ...draftOf(null, machine), price: '2.40' };
    expect(termsOf(draft)).toMatchObject({
      pricePerHour: '2.40',
      durationMinMs: 600_000,
      durationMaxMs: 30 * 86_400_000,
    });
  });

  it('notices a change, whatever the order of its fields', () => {
    const draft = draftOf(null, machine);
    const { title, ...rest } = draft;
    expect(isSameDraft(draft, { ...rest, title })).toBe(true);
    expect(isSameDraft(draft, { ...draft, price: '1' })).toBe(false);
  });
});

describe('prices', () => {
  it('may be typed with a comma, but never with two separators', () => {
    expect(priceText(' 1,50 ')).toBe('1.50');
    expect(priceText('1.50')).toBe('1.50');
    expect(priceText('1.234,50')).toBe('1.234,50');
  });
});

describe('lengths', () => {
  it('are shown in the largest unit without a rest', () => {
    expect(splitDuration(86_400_000)).toEqual(['1', 'days']);
    expect(splitDuration(90 * 60_000)).toEqual(['90', 'minutes']);
    expect(splitDuration(36 * 3_600_000)).toEqual(['36', 'hours']);
  });

  it('come back as they were', () => {
    for (const durationMs of [600_000, 5_400_000, 86_400_000, 30 * 86_400_000, 90_000]) {
      expect(joinDuration(...splitDuration(durationMs))).toBe(durationMs);
    }
  });

  it('are no number when nothing or a word was typed', () => {
    expect(joinDuration('', 'days')).toBeNaN();
    expect(joinDuration('two', 'days')).toBeNaN();
  });
});
