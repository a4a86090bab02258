import { describe, expect, it } from 'vitest';
import { NamedLimit } from '../common/named-limit.ts';
import { createPasswordHasher } from './password-hasher.ts';

describe('password hasher', () => {
  it('uses argon2id with 46 MiB, one pass and one lane', async () => {
    const hash = await createPasswordHasher().hash('correct horse battery');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
  });

  it('accepts the right password and no other', async () => {
    const hasher = createPasswordHasher();
    const hash = await hasher.hash('correct horse battery');
    await expect(hasher.verify({ hash, password: 'correct horse battery' })).resolves.toBe(true);
    await expect(hasher.verify({ hash, password: 'correct horse batterz' })).resolves.toBe(false);
  });

  it('takes composed and decomposed letters for the same password', async () => {
    const hasher = createPasswordHasher();
    const hash = await hasher.hash('caf\u00e9 au lait noir');
    await expect(hasher.verify({ hash, password: 'cafe\u0301 au lait noir' })).resolves.toBe(true);
  });

  it('answers busy instead of taking memory without bound', async () => {
    const hasher = createPasswordHasher(new NamedLimit({ name: 'test', atOnceMax: 1, queueMax: 1, waitMsMax: 10_000 }));
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => hasher.hash(`password number ${n}`)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(results[3]).toMatchObject({ reason: { code: 'busy' } });
  });
});
