import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { changesIn, editsOf, hasOvertaken, savedAs, shownValue, withChange } from './edits.ts';

interface Terms {
  readonly title: string;
  readonly price: string;
}
const before: Terms = { title: 'Quiet GPU', price: '2' };
const cheaper: Terms = { title: 'Quiet GPU', price: '1.5' };
const untouched = editsOf<Terms>({});

describe('a form over what is kept', () => {
  it('shows what is kept, also when that is read again and has changed (bug: it stayed as it was at first)', () => {
    expect(shownValue(before, untouched)).toEqual(before);
    expect(shownValue(cheaper, untouched)).toEqual(cheaper);
  });

  it('keeps what was typed, and brings no older state of another field back (bug: saving a title brought the old price back)', () => {
    const typed = withChange(untouched, { title: 'Loud GPU' });
    expect(shownValue(before, typed)).toEqual({ title: 'Loud GPU', price: '2' });
    expect(shownValue(cheaper, typed)).toEqual({ title: 'Loud GPU', price: '1.5' });
    expect(shownValue(cheaper, withChange(typed, { price: '9' }))).toEqual({ title: 'Loud GPU', price: '9' });
  });

  it('shows what was saved until it is read again, and then what was read', () => {
    const saved = savedAs(before, cheaper);
    expect(shownValue(before, saved)).toEqual(cheaper);
    expect(hasOvertaken(before, saved)).toBe(false);
    const later = { title: 'Quiet GPU', price: '3' };
    expect(hasOvertaken(later, saved)).toBe(true);
    expect(shownValue(later, saved)).toEqual(later);
    expect(hasOvertaken(later, untouched)).toBe(false);
  });

  it('goes on after it was saved', () => {
    const again = withChange(savedAs(before, cheaper), { title: 'Loud GPU' });
    expect(shownValue(before, again)).toEqual({ title: 'Loud GPU', price: '1.5' });
  });
});

describe('changes that were written down', () => {
  const schema = z.strictObject({ title: z.string(), price: z.string() });
  it.each([
    ['are what was typed alone', '{"title":"Loud GPU"}', { title: 'Loud GPU' }],
    ['are all of it where all was typed', '{"title":"Loud GPU","price":"9"}', { title: 'Loud GPU', price: '9' }],
    ['are none where nothing was written', null, {}],
    ['are none where it is no JSON', '{', {}],
    ['are none where it is no form', '"title"', {}],
    ['are none where it is null', 'null', {}],
    ['are none of another version’s', '{"title":"Loud GPU","gone":"x"}', {}],
    ['are none of the wrong kind', '{"title":7}', {}],
  ])('%s', (_case, text, expected) => {
    expect(changesIn<Terms>(text, schema, before)).toEqual(expected);
  });
});
