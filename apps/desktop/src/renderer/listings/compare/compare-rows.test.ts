import type { ListingDetailRead } from '@rsm/api/schemas/listings';
import { expect, test } from 'vitest';
import { compareRows, type CompareColumn } from './compare-rows.ts';

// The rows look at a listing only through the columns' own functions: the provider's name is enough to tell them apart.
const details = ['one', 'two', 'three'].map((providerName) => ({ providerName }) as ListingDetailRead);

const column = (best: CompareColumn['best'], amounts: Readonly<Record<string, number | null>>): CompareColumn => ({
  label: 'Figure',
  ...(best === undefined ? {} : { best }),
  of: ({ providerName }) => {
    const amount = amounts[providerName] ?? null;
    return { text: amount === null ? 'not measured' : String(amount), amount };
  },
});

const bestOf = (entry: CompareColumn): readonly boolean[] =>
  compareRows(details, [entry])[0]?.values.map(({ isBest }) => isBest) ?? [];

test('the highest or the lowest value is the best, as the figure asks', () => {
  expect(bestOf(column('highest', { one: 1, two: 3, three: 2 }))).toEqual([false, true, false]);
  expect(bestOf(column('lowest', { one: 1, two: 3, three: 2 }))).toEqual([true, false, false]);
});

test('equal values differ in nothing and none is the best', () => {
  const [row] = compareRows(details, [column('highest', { one: 2, two: 2, three: 2 })]);
  expect(row?.differs).toBe(false);
  expect(row?.values.some(({ isBest }) => isBest)).toBe(false);
});

test('what was not measured is never the best, and one figure alone is none either', () => {
  expect(bestOf(column('lowest', { one: null, two: 3, three: 2 }))).toEqual([false, false, true]);
  expect(bestOf(column('highest', { one: null, two: null, three: 2 }))).toEqual([false, false, false]);
});

test('values without an order are marked as different, without a best or bars', () => {
  const [row] = compareRows(details, [column(null, { one: 1, two: 2, three: 2 })]);
  expect(row).toMatchObject({ differs: true, hasBars: false });
});

test('scores of different methods name their method, and none is the best', () => {
  const scores = (methods: Readonly<Record<string, string>>): CompareColumn => ({
    label: 'CPU score',
    best: 'highest',
    of: ({ providerName }) => {
      const method = methods[providerName];
      return method === undefined
        ? { text: 'not measured' }
        : { text: `${providerName} points`, amount: providerName === 'one' ? 1_000 : 2_000, method };
    },
  });
  const [row] = compareRows(details, [scores({ one: 'method 1, R1', two: 'method 2, R1' })]);
  expect(row).toMatchObject({ hasBars: false, differs: true });
  expect(row?.values).toEqual([
    { text: 'one points (method 1, R1: not comparable)', amount: null, isBest: false },
    { text: 'two points (method 2, R1: not comparable)', amount: null, isBest: false },
    { text: 'not measured', amount: null, isBest: false },
  ]);
  expect(bestOf(scores({ one: 'method 1, R1', two: 'method 1, R1' }))).toEqual([false, true, false]);
});
