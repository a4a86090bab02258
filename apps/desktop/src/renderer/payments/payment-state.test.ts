import { expect, it } from 'vitest';
import { meansWords, noteWords, paymentState } from './payment-state.ts';

const DAY = new Date('2031-02-03');

it.each([
  ['top_up', 'pending', null, null, 'On its way'],
  ['top_up', 'pending', 'https://bank.example', null, 'Waits for your bank'],
  ['top_up', 'succeeded', null, null, 'Done'],
  ['top_up', 'failed', null, null, 'Declined'],
  ['refund', 'pending', null, null, 'On its way back'],
  ['refund', 'succeeded', null, null, 'Done'],
  ['refund', 'failed', null, null, 'Came back'],
  ['refund', 'succeeded', null, DAY, 'Came back'],
  ['chargeback', 'pending', null, null, 'Your bank decides'],
  ['chargeback', 'succeeded', null, null, 'Taken back by your bank'],
  ['chargeback', 'cancelled', null, null, 'Not taken back'],
  ['chargeback', 'succeeded', null, DAY, 'Undone'],
] as const)('a %s that is %s (%s, reversed %s) is called "%s"', (kind, status, actionUrl, reversedAt, label) => {
  expect(paymentState({ kind, status, actionUrl, reversedAt }).label).toBe(label);
});

it.each([
  ['top_up', 'by Visa •••• 4242'],
  ['refund', 'to Visa •••• 4242'],
  ['chargeback', 'of a payment by Visa •••• 4242'],
  ['manual_credit', ''],
] as const)('a %s went "%s"', (kind, words) => {
  expect(meansWords(kind, 'Visa •••• 4242')).toBe(words);
});

it('says the word of a bank as one reads it, and a person’s words as they are', () => {
  expect(noteWords('chargeback', 'product_not_received')).toBe('The bank’s reason: product not received.');
  expect(noteWords('manual_credit', 'Invoice_117')).toBe('Invoice_117');
});
