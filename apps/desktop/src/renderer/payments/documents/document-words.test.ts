import { describe, expect, it } from 'vitest';
import { periodText, taxName } from './document-words.ts';

const range = (start: string, end: string) => ({ start: new Date(start), end: new Date(end) });

describe('the period of a document', () => {
  it('is a month by its name', () => {
    expect(periodText(range('2031-03-01T00:00:00Z', '2031-04-01T00:00:00Z'))).toMatch(/^March 2031$/);
    expect(periodText(range('2031-12-01T00:00:00Z', '2032-01-01T00:00:00Z'))).toMatch(/^December 2031$/);
  });

  it('names its first and its last day otherwise', () => {
    const text = periodText(range('2031-03-01T00:00:00Z', '2031-03-15T00:00:00Z'));
    expect(text).toMatch(/1\b.*14\b/);
    expect(text).not.toMatch(/15/);
  });

  it('is one day where it begins and ends within one', () => {
    expect(periodText(range('2031-03-05T08:00:00Z', '2031-03-05T09:00:00Z'))).toMatch(/5/);
  });
});

describe('a tax', () => {
  it.each([
    [1_900, /^19 % VAT$/],
    [770, /^7[.,]7 % VAT$/],
  ])('of %d basis points is named with its rate', (basisPoints, text) => {
    expect(taxName({ name: 'VAT', basisPoints })).toMatch(text);
  });
});
