import { expect, test } from 'vitest';

import { rightBehind } from './session.ts';

test('what comes next is sent without waiting for the answer before it', async () => {
  let answer = (): void => undefined;
  const sent = new Promise<void>((resolve) => (answer = resolve));
  const calls: string[] = [];
  const both = rightBehind(sent, async () => {
    calls.push('next');
    answer();
    return 7;
  });
  expect(calls).toEqual(['next']);
  expect(await both).toBe(7);
});

test('what comes next is not the answer before both are there', async () => {
  let fail = (_error: Error): void => undefined;
  const sent = new Promise<void>((_, reject) => (fail = reject));
  const both = rightBehind(sent, async () => 7);
  fail(new Error('The limits were not set.'));
  await expect(both).rejects.toThrow('The limits were not set.');
});

test('the first failure is the one that is told: the second is only its consequence', async () => {
  const aborted = async (): Promise<never> => Promise.reject(new Error('The transaction is aborted.'));
  await expect(rightBehind(Promise.reject(new Error('The limits were not set.')), aborted)).rejects.toThrow(
    'The limits were not set.',
  );
  await expect(rightBehind(Promise.resolve(), aborted)).rejects.toThrow('The transaction is aborted.');
});
