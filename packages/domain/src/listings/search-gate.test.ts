import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { SearchGate } from './search-gate.ts';

test('so many run, so many wait in their order, and the next one is told to come again', async () => {
  const gate = new SearchGate({ runningMax: 2, waitingMax: 2 });
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const search = async (n: number): Promise<number> =>
    gate.run(async () => {
      begun.push(n);
      await new Promise<void>((resolve) => ends.push(resolve));
      return n;
    });
  const four = Promise.all([1, 2, 3, 4].map(search));
  await expect(search(5)).rejects.toMatchObject({ code: 'busy' });
  await setImmediate();
  expect(begun).toEqual([1, 2]);
  while (begun.length < 4) {
    ends.shift()?.();
    await setImmediate();
  }
  for (const end of ends) end();
  expect(begun).toEqual([1, 2, 3, 4]);
  expect(await four).toEqual([1, 2, 3, 4]);
});

test('a search that fails gives its place back', async () => {
  const gate = new SearchGate({ runningMax: 1, waitingMax: 0 });
  await expect(gate.run(() => Promise.reject(new Error('cut')))).rejects.toThrow('cut');
  await expect(gate.run(() => Promise.resolve('found'))).resolves.toBe('found');
});
