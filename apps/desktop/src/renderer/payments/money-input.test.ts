import { expect, it } from 'vitest';
import { moneyText } from './money-input.ts';

it.each([
  ['25', '25'],
  [' 12,5 ', '12.5'],
  ['12,50', '12.50'],
  ['1,000', '1,000'],
  ['', ''],
])('an amount typed as %j is sent as %j', (typed, sent) => {
  expect(moneyText(typed)).toBe(sent);
});
