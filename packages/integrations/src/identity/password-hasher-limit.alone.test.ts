import type * as Argon2 from '@node-rs/argon2';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HASHES_AT_ONCE_MAX, createPasswordHasher } from './password-hasher.ts';

const atWork = vi.hoisted(() => ({ now: 0, most: 0 }));

// The real library, watched: each call takes its 46 MiB from its begin to its end.
vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<typeof Argon2>();
  const watched = async <T>(work: () => Promise<T>): Promise<T> => {
    atWork.now += 1;
    atWork.most = Math.max(atWork.most, atWork.now);
    try {
      await sleep(5);
      return await work();
    } finally {
      atWork.now -= 1;
    }
  };
  return {
    hash: (...input: Parameters<typeof real.hash>) => watched(() => real.hash(...input)),
    verify: (...input: Parameters<typeof real.verify>) => watched(() => real.verify(...input)),
  };
});

beforeEach(() => {
  atWork.most = 0;
});

describe('password hasher', () => {
  it('hashes and verifies at most two passwords at once', async () => {
    const hasher = createPasswordHasher();
    const hash = await hasher.hash('password number 0');
    const hashes = [1, 2, 3].map((n) => hasher.hash(`password number ${n}`));
    const checks = [1, 2, 3].map(() => hasher.verify({ hash, password: 'password number 0' }));
    await expect(Promise.all(checks)).resolves.toEqual([true, true, true]);
    await Promise.all(hashes);
    expect(HASHES_AT_ONCE_MAX).toBe(2);
    expect(atWork.most).toBe(HASHES_AT_ONCE_MAX);
  });
});
