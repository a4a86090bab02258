import { expect, it } from 'vitest';
import { walletWay } from './wallet-way.ts';

it.each([
  ['limit_reached', 'spending', 'Open your monthly limit'],
  ['limit_reached', 'amount', null],
  ['account_restricted', null, 'See what is owed'],
  ['insufficient_funds', null, 'Open the wallet'],
  ['window_taken', 'start', null],
])('a refusal %s at %s leads to: %s', (code, field, label) => {
  expect(walletWay({ code, field })).toBe(label);
});
