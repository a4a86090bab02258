import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { answerNoSoonerThan } from './answer-floor.ts';

const FLOOR_MS = 60;

describe('answerNoSoonerThan', () => {
  it.each([
    ['quick work', async () => 'done'],
    ['work that takes a while', () => sleep(20, 'done')],
  ])('holds the answer of %s back', async (_, work) => {
    const began = performance.now();
    await expect(answerNoSoonerThan(FLOOR_MS, work)).resolves.toBe('done');
    // A timer of Node's may fire a millisecond early.
    expect(performance.now() - began).toBeGreaterThanOrEqual(FLOOR_MS - 1);
  });

  it('holds a failure back, too', async () => {
    const began = performance.now();
    await expect(answerNoSoonerThan(FLOOR_MS, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(performance.now() - began).toBeGreaterThanOrEqual(FLOOR_MS - 1);
  });
});
