import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { listingIdSchema, userIdSchema } from '../common/ids.ts';
import { instant } from '../common/instant.ts';
import type { WindowClaim } from '../occupancies/occupancy.ts';
import { CLAIMS_AT_ONCE_MAX, CLAIMS_WAITING_MAX, ClaimReader } from './claim-reader.ts';

interface Asked {
  readonly claims: readonly WindowClaim[];
  readonly answer: (taken: readonly boolean[]) => void;
  readonly fail: (error: Error) => void;
}

const claimOf = (n: number): WindowClaim => ({
  listingId: listingIdSchema.parse('0190aaaa-0000-7000-8000-000000000001'),
  range: { start: instant(n), end: instant(n + 1) },
  renterId: userIdSchema.parse('0190bbbb-0000-7000-8000-000000000001'),
  idempotencyKey: `key-${String(n)}`,
});

/** Reads wait for the test to answer them. */
function setUp() {
  const asked: Asked[] = [];
  const reader = new ClaimReader({
    areTaken: async (claims) => new Promise((answer, fail) => asked.push({ claims, answer, fail })),
  });
  return { asked, ask: async (n: number) => reader.isTaken(claimOf(n)) };
}

test('whoever asks while a read is on its way shares the next one, and each has his own answer', async () => {
  const { ask, asked } = setUp();
  const outcomes = Promise.all([1, 2, 3, 4].map(ask));
  expect(asked.map(({ claims }) => claims)).toEqual([[claimOf(1)]]);
  asked[0]?.answer([false]);
  await setImmediate();
  expect(asked[1]?.claims).toEqual([2, 3, 4].map(claimOf));
  asked[1]?.answer([true, false, true]);
  expect(await outcomes).toEqual([false, true, false, true]);
});

test('a read that fails is told to all who shared it, and the next ones are asked again', async () => {
  const { ask, asked } = setUp();
  const [first, ...others] = [1, 2, 3].map(ask);
  asked[0]?.fail(new Error('The connection was lost.'));
  await expect(first).rejects.toThrow('The connection was lost.');
  await setImmediate();
  asked[1]?.answer([false, false]);
  expect(await Promise.all(others)).toEqual([false, false]);
  const later = ask(4);
  asked[2]?.answer([true]);
  expect(await later).toBe(true);
});

test('so many claims are judged at once, and so many wait', async () => {
  const { ask, asked } = setUp();
  const crowd = Promise.all(Array.from({ length: 1 + CLAIMS_WAITING_MAX }, async (_, n) => ask(n)));
  await expect(ask(1)).rejects.toMatchObject({ code: 'busy', remedy: 'Try again in a moment.' });
  for (let n = 0; n < asked.length; n += 1) {
    const { answer, claims } = asked[n] ?? { answer: () => undefined, claims: [] };
    expect(claims.length).toBeLessThanOrEqual(CLAIMS_AT_ONCE_MAX);
    answer(claims.map(() => true));
    await setImmediate();
  }
  expect(new Set(await crowd)).toEqual(new Set([true]));
  expect(asked).toHaveLength(1 + CLAIMS_WAITING_MAX / CLAIMS_AT_ONCE_MAX);
});
