import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { toDecimal } from '../mappers/common.ts';
import { lineInput, moneyInput, pageRequest, parseMoney, textInput, timeInput, timeRangeInput } from './common.ts';

describe('money from a client', () => {
  it.each([
    ['1.50', 1_500_000n],
    ['0.000001', 1n],
    ['12', 12_000_000n],
    [' 7.1 ', 7_100_000n],
    ['999999999999.999999', 999_999_999_999_999_999n],
    [2_500_000n, 2_500_000n],
  ])('%s is %s millionths', (input, micros) => {
    expect(moneyInput.parse(input)).toBe(micros);
  });

  it.each([
    '1.0000001',
    '-1',
    '1,50',
    '1e3',
    '.5',
    '1.',
    '',
    '１',
    '1234567890123',
    '0x10',
    1.5,
    null,
    -1n,
    10n ** 19n,
  ])('%s is refused', (input) => {
    expect(moneyInput.safeParse(input).success).toBe(false);
  });

  it('reads back every amount that we write', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n }), (micros) => {
        expect(parseMoney(toDecimal(amountMicros(micros)))).toBe(micros);
      }),
    );
  });

  it('writes debts with their sign', () => {
    expect(toDecimal(amountMicros(-1_500_000n))).toBe('-1.50');
    expect(toDecimal(amountMicros(-1n))).toBe('-0.000001');
  });
});

describe('a time from a client', () => {
  it.each([
    [new Date('2030-05-01T12:00:00Z'), Date.UTC(2030, 4, 1, 12)],
    ['2030-05-01T12:00:00Z', Date.UTC(2030, 4, 1, 12)],
    ['2030-05-01T12:00:00.250+02:00', Date.UTC(2030, 4, 1, 10, 0, 0, 250)],
  ])('%s is understood', (input, epochMs) => {
    expect(timeInput.parse(input)).toBe(epochMs);
  });

  it.each([
    '2030-05-01T12:00:00',
    '2030-02-30T12:00:00Z',
    'tomorrow',
    1_900_000_000_000,
    new Date(Number.NaN),
    new Date(8.64e15),
    '1969-12-31T23:59:59Z',
  ])('%s is refused', (input) => {
    expect(timeInput.safeParse(input).success).toBe(false);
  });

  it('names the end of a range that is no range, or too long', () => {
    const schema = timeRangeInput({ durationMaxMs: DAY_MS, words: 'one day' });
    const at = (day: number) => new Date(Date.UTC(2030, 0, day));
    expect(schema.safeParse({ start: at(2), end: at(2) }).error?.issues).toMatchObject([
      { path: ['end'], message: 'The end must lie after the start. Move the end later or the start earlier.' },
    ]);
    expect(schema.safeParse({ start: at(2), end: at(4) }).error?.issues).toMatchObject([
      { path: ['end'], message: 'The range may be one day long at most. Ask for a shorter one.' },
    ]);
  });
});

describe('text from a client', () => {
  it('has no NUL and no other control characters, which Postgres or a terminal would choke on', () => {
    expect(lineInput(10).safeParse('a\u0000b').success).toBe(false);
    expect(lineInput(10).safeParse('a\nb').success).toBe(false);
    expect(lineInput(10).safeParse('a\u001b[2J').success).toBe(false);
    expect(textInput(10).safeParse('a\u0000b').success).toBe(false);
    expect(textInput(10).parse('a\n\tb')).toBe('a\n\tb');
    expect(lineInput(10).parse('  Zoë 👋 ')).toBe('Zoë 👋');
  });

  it('is not empty and not too long', () => {
    expect(lineInput(3).safeParse('   ').success).toBe(false);
    expect(lineInput(3).safeParse('abcd').success).toBe(false);
  });
});

describe('a page', () => {
  it('holds 50 rows unless told, and 100 at most', () => {
    expect(pageRequest.parse({})).toEqual({ limit: 50, cursor: null });
    expect(pageRequest.safeParse({ limit: 101 }).success).toBe(false);
    expect(pageRequest.safeParse({ limit: 0 }).success).toBe(false);
    expect(pageRequest.safeParse({ cursor: 'a b' }).success).toBe(false);
    expect(pageRequest.safeParse({ cursor: 'x'.repeat(401) }).success).toBe(false);
  });
});
