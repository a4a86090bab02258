import { expect, test } from 'vitest';

import { ReplicaAge } from './replica-age.ts';

test('nothing is known of a replica before it was looked at', () => {
  const age = new ReplicaAge();
  expect(age.at(1_000)).toBe(Number.POSITIVE_INFINITY);
  age.primaryIsAt(100n, 1_000);
  age.replicaIsAt(99n);
  expect(age.at(1_000), 'it never came as far as the primary was').toBe(Number.POSITIVE_INFINITY);
});

test('a replica is as old as the question that it has caught up with', () => {
  const age = new ReplicaAge();
  age.primaryIsAt(100n, 1_000);
  age.primaryIsAt(200n, 2_000);
  age.primaryIsAt(300n, 3_000);
  age.replicaIsAt(250n);
  expect(age.at(3_500)).toBe(1_500);
  age.replicaIsAt(300n);
  expect(age.at(3_500)).toBe(500);
});

test('a replica that stands still grows old, although it has replayed all that it was sent', () => {
  const age = new ReplicaAge();
  age.primaryIsAt(100n, 1_000);
  age.replicaIsAt(100n);
  for (let second = 2; second <= 9; second += 1) {
    age.primaryIsAt(100n + BigInt(second), second * 1_000);
    age.replicaIsAt(100n);
  }
  expect(age.at(9_000)).toBe(8_000);
});

test('a market in which nothing is written stays young', () => {
  const age = new ReplicaAge();
  for (let second = 1; second <= 9; second += 1) {
    age.primaryIsAt(100n, second * 1_000);
    age.replicaIsAt(100n);
  }
  expect(age.at(9_000)).toBe(0);
});

test('what is known is bounded, and can be forgotten', () => {
  const age = new ReplicaAge();
  for (let look = 0; look < 1_000; look += 1) age.primaryIsAt(BigInt(look), look);
  age.replicaIsAt(399n);
  expect(age.at(1_000), 'the first 400 looks are gone').toBe(Number.POSITIVE_INFINITY);
  age.replicaIsAt(400n);
  expect(age.at(1_000)).toBe(600);
  age.forget();
  age.replicaIsAt(999n);
  expect(age.at(1_000)).toBe(Number.POSITIVE_INFINITY);
});
