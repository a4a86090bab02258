import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, instant, toIso } from './instant.ts';

describe('an instant as ISO 8601', () => {
  it('is what JavaScript itself writes, in any year', () => {
    const any = fc.oneof(fc.integer({ min: 0, max: 8_640_000_000_000_000 }), fc.integer({ min: 0, max: 4e12 }));
    fc.assert(fc.property(any, (at) => toIso(instant(at)) === new Date(at).toISOString()));
  });

  it.each([0, 1, 999, 1_000, DAY_MS - 1, DAY_MS, Date.UTC(2032, 1, 29, 23, 59, 59, 999), Date.UTC(10_000, 0, 1)])(
    'of %i ms is right at the edges of a day and a year',
    (at) => {
      expect(toIso(instant(at))).toBe(new Date(at).toISOString());
    },
  );

  it('stays right when more days were named than are kept', () => {
    for (let day = 0; day < 2_500; day += 1) toIso(instant(day * DAY_MS));
    expect(toIso(instant(0))).toBe('1970-01-01T00:00:00.000Z');
  });
});
