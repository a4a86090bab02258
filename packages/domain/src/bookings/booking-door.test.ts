import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { DomainError } from '../common/domain-error.ts';
import { listingIdSchema, userIdSchema } from '../common/ids.ts';
import { HOUR_MS, instant } from '../common/instant.ts';
import type { WindowClaim } from '../occupancies/occupancy.ts';
import {
  BOOKINGS_AT_ONCE_MAX,
  BOOKINGS_WAITING_MAX,
  BookingDoor,
  CONTESTED_LISTINGS_MAX,
  CONTESTED_MS,
} from './booking-door.ts';

const listingOf = (n: number) => listingIdSchema.parse(`0190aaaa-0000-7000-8000-${String(n).padStart(12, '0')}`);
const actor = {
  userId: userIdSchema.parse('0190bbbb-0000-7000-8000-000000000001'),
  displayName: 'Ada',
  email: 'ada@example.com',
  roles: [],
};
const taken = new DomainError('window_taken', 'This time is taken.');

interface Asked {
  readonly claims: readonly WindowClaim[];
  readonly answer: (taken: readonly boolean[]) => void;
}

/** Reads wait for the test to answer them. */
function setUp() {
  const asked: Asked[] = [];
  const areTaken = async (claims: readonly WindowClaim[]): Promise<readonly boolean[]> =>
    new Promise((answer) => asked.push({ claims, answer }));
  const clock = { at: 1_000_000, now: () => instant(clock.at) };
  const door = new BookingDoor({ clock, reads: { occupancies: { areTaken } } });
  let count = 0;
  const wish = (listing = 1, change: { readonly startAt?: number | null; readonly durationMs?: number } = {}) => {
    const { durationMs = HOUR_MS, startAt = null } = change;
    count += 1;
    return {
      listingId: listingOf(listing),
      start: startAt === null ? null : instant(startAt),
      durationMs,
      idempotencyKey: `key-${String(count)}`,
    };
  };
  const book = async (...wished: Parameters<typeof wish>) => door.run(actor, wish(...wished), async () => 'booked');
  const fail = async (listing: number, error: Error) =>
    expect(door.run(actor, wish(listing), async () => Promise.reject(error))).rejects.toBe(error);
  /** How to end each booking that has begun; they last until then, and say whether they were made. */
  const ends: ((error?: Error) => void)[] = [];
  const occupy = async (listing = 1): Promise<'+' | '-'> => {
    const lasting = async () =>
      new Promise<void>((resolve, reject) => ends.push((error) => (error === undefined ? resolve() : reject(error))));
    return door.run(actor, wish(listing), lasting).then(
      () => '+',
      () => '-',
    );
  };
  return { asked, book, clock, ends, fail, occupy };
}

test('nothing is read for a listing that nobody was refused, nor for one that failed for another reason', async () => {
  const { asked, book, fail } = setUp();
  await fail(1, new DomainError('insufficient_funds', 'There is not enough money.'));
  await fail(1, new Error('The database is away.'));
  await fail(2, taken);
  expect(await book(1)).toBe('booked');
  expect(asked).toEqual([]);
});

test('after a refusal a window that is taken is refused with the way out, and one that is free goes on to be judged', async () => {
  const { asked, book, clock, fail } = setUp();
  await fail(1, taken);
  const first = book();
  expect(asked[0]?.claims).toEqual([
    {
      listingId: listingOf(1),
      range: { start: clock.at, end: clock.at + HOUR_MS },
      renterId: actor.userId,
      idempotencyKey: 'key-2',
    },
  ]);
  asked[0]?.answer([true]);
  await expect(first).rejects.toMatchObject({
    code: 'window_taken',
    field: 'start',
    remedy: 'Choose another start or a shorter time.',
  });
  const second = book();
  asked[1]?.answer([false]);
  expect(await second).toBe('booked');
});

test('a listing is contested for a while after the last refusal, and no longer', async () => {
  const { asked, book, clock, fail } = setUp();
  await fail(1, taken);
  clock.at += CONTESTED_MS - 1;
  const refused = book();
  asked[0]?.answer([true]);
  await expect(refused).rejects.toThrow('This time is taken.');
  clock.at += CONTESTED_MS - 1;
  const free = book();
  asked[1]?.answer([false]);
  await free;
  clock.at += 1;
  await book();
  expect(asked).toHaveLength(2);
});

test.each([
  ['a start in the past', { startAt: 999_999 }],
  ['no length', { durationMs: 0 }],
  ['an end beyond the horizon', { durationMs: 181 * 24 * HOUR_MS }],
])('%s is for the booking itself to refuse', async (_what, change) => {
  const { asked, book, fail } = setUp();
  await fail(1, taken);
  expect(await book(1, change)).toBe('booked');
  expect(asked).toEqual([]);
});

test('few bookings of one listing are made at once, whoever waits comes in turn, and other listings are not kept waiting', async () => {
  const { book, ends, occupy } = setUp();
  const crowd = Array.from({ length: BOOKINGS_AT_ONCE_MAX + 3 }, async () => occupy(1));
  await setImmediate();
  expect(ends).toHaveLength(BOOKINGS_AT_ONCE_MAX);
  expect(await book(2)).toBe('booked');
  for (let n = 0; n < crowd.length; n += 1) {
    ends[n]?.(n === 1 ? new Error('The database is away.') : undefined);
    await setImmediate();
    expect(ends).toHaveLength(Math.min(crowd.length, BOOKINGS_AT_ONCE_MAX + n + 1));
  }
  expect((await Promise.all(crowd)).join('')).toBe('+-+++++');
});

test('when one is refused, all who wait are judged anew, and those who are not refused come in turn', async () => {
  const { asked, ends, occupy } = setUp();
  const crowd = Array.from({ length: BOOKINGS_AT_ONCE_MAX + 5 }, async () => occupy(1));
  await setImmediate();
  ends[0]?.(taken);
  await setImmediate();
  asked[0]?.answer([true]);
  await setImmediate();
  expect(
    asked.map(({ claims }) => claims.length),
    'the first read, and one for all the others',
  ).toEqual([1, 4]);
  asked[1]?.answer([true, false, false, true]);
  await setImmediate();
  expect(ends, 'one has taken the free place').toHaveLength(BOOKINGS_AT_ONCE_MAX + 1);
  for (let n = 1; n < ends.length; n += 1) {
    ends[n]?.();
    await setImmediate();
    asked.at(-1)?.answer([false]);
    await setImmediate();
  }
  expect((await Promise.all(crowd)).join('')).toBe('-+++--++-');
});

test('a turn that comes to nothing belongs to the next one', async () => {
  const { asked, ends, fail, occupy } = setUp();
  await fail(1, taken);
  const crowd = Array.from({ length: BOOKINGS_AT_ONCE_MAX + 2 }, async () => occupy(1));
  for (let n = 0; n < asked.length; n += 1) {
    asked[n]?.answer(asked[n]?.claims.map(() => false) ?? []);
    await setImmediate();
  }
  expect(ends, 'four have begun, and two wait').toHaveLength(BOOKINGS_AT_ONCE_MAX);
  ends[0]?.();
  await setImmediate();
  asked.at(-1)?.answer([true]);
  await setImmediate();
  asked.at(-1)?.answer([false]);
  await setImmediate();
  expect(ends, 'the first of the two was refused, and the second has his turn').toHaveLength(BOOKINGS_AT_ONCE_MAX + 1);
  for (const end of ends) end();
  expect((await Promise.all(crowd)).join('')).toBe('++++-+');
});

test('so many listings are remembered, and so many people wait for one', async () => {
  const { asked, book, ends, fail, occupy } = setUp();
  for (let n = 1; n <= CONTESTED_LISTINGS_MAX + 1; n += 1) await fail(n, taken);
  const crowd = Array.from({ length: BOOKINGS_AT_ONCE_MAX + BOOKINGS_WAITING_MAX }, async () => occupy(1));
  await setImmediate();
  await expect(book(1)).rejects.toMatchObject({ code: 'busy', remedy: 'Try again in a moment.' });
  expect(asked, 'the one that was contested longest ago is forgotten').toEqual([]);
  for (let n = 0; n < ends.length; n += 1) {
    ends[n]?.();
    await setImmediate();
  }
  expect(await Promise.all(crowd)).toHaveLength(crowd.length);
});
