import { expect, test } from 'vitest';
import { latestEnd } from './extension-limit.ts';

const booking = { end: new Date(1_000), turnaroundMs: 100 };
const range = (start: number, end: number) => ({ start: new Date(start), end: new Date(end) });

test('nothing limits an extension when only the booking itself occupies the machine', () => {
  expect(latestEnd(booking, [range(0, 1_100)])).toBeNull();
});

test('the next booking leaves room for the clean-up before it', () => {
  expect(latestEnd(booking, [range(0, 1_100), range(9_000, 9_500), range(5_000, 6_000)])).toEqual(new Date(4_900));
});

test('a booking that follows directly leaves no room at all', () => {
  expect(latestEnd(booking, [range(0, 1_100), range(1_100, 1_200)])).toEqual(new Date(1_000));
});
