import fc from 'fast-check';
import { types } from 'pg';
import { describe, expect, it } from 'vitest';

import { typeParsers } from './type-parsers.ts';

const TIMESTAMPTZ = 1184;
const parse = typeParsers.getTypeParser(TIMESTAMPTZ);
/** pg's own, looked at without its literal types. */
const ofPg: { getTypeParser(oid: number): (text: string) => unknown } = types;
const standard = ofPg.getTypeParser(TIMESTAMPTZ);

describe('a timestamp of Postgres', () => {
  it.each([
    ['2026-11-29 12:34:56+00', Date.UTC(2026, 10, 29, 12, 34, 56)],
    ['2026-11-29 12:34:56.7+00', Date.UTC(2026, 10, 29, 12, 34, 56, 700)],
    ['2026-11-29 12:34:56.78+00', Date.UTC(2026, 10, 29, 12, 34, 56, 780)],
    ['2026-11-29 12:34:56.789+00', Date.UTC(2026, 10, 29, 12, 34, 56, 789)],
    ['2026-11-29 12:34:56.789123+00', Date.UTC(2026, 10, 29, 12, 34, 56, 789)],
    ['2026-11-29 18:04:56.789+05:30', Date.UTC(2026, 10, 29, 12, 34, 56, 789)],
    ['2026-11-29 07:34:56-05', Date.UTC(2026, 10, 29, 12, 34, 56)],
    ['0001-01-01 00:00:00+00 BC', Date.parse('0000-01-01T00:00:00Z')],
    ['12026-11-29 12:34:56+00', Date.UTC(12_026, 10, 29, 12, 34, 56)],
    ['infinity', Infinity],
    ['-infinity', -Infinity],
  ])('%s is its milliseconds', (text, ms) => {
    expect(parse(text)).toBe(ms);
  });

  it('is what pg makes of it, of all times that the product writes', () => {
    const times = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    const digits = fc.constantFrom(0, 1, 2, 3);
    fc.assert(
      fc.property(times, digits, (at, kept) => {
        const iso = at.toISOString();
        const fraction = kept === 0 ? '' : iso.slice(19, 20 + kept);
        const text = `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction}+00`;
        const expected = standard(text);
        expect(parse(text)).toBe(expected instanceof Date ? expected.getTime() : expected);
      }),
    );
  });
});
