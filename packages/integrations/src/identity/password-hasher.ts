import { hash, verify } from '@node-rs/argon2';
import { NamedLimit } from '../common/named-limit.ts';

/**
 * argon2id with 46 MiB, one pass, one lane: the first of the equivalent settings of the OWASP Password Storage Cheat
 * Sheet. The library's default variant is argon2id; a test reads it back from the hash.
 */
export const ARGON2_MEMORY_KIB = 46 * 1024;
const ARGON2_OPTIONS = { memoryCost: ARGON2_MEMORY_KIB, timeCost: 1, parallelism: 1 } as const;

/** Two at once bound the memory to 92 MiB per process, whatever the number of people at the door. */
export const HASHES_AT_ONCE_MAX = 2;
export const HASH_QUEUE_MAX = 64;
export const HASH_WAIT_MS_MAX = 5_000;

export interface PasswordHasher {
  /** @throws DomainError busy when too many are waiting. */
  hash(password: string): Promise<string>;
  /** @throws DomainError busy when too many are waiting. */
  verify(input: { hash: string; password: string }): Promise<boolean>;
}

export function createPasswordHasher(
  limit = new NamedLimit({
    name: 'password hashes',
    atOnceMax: HASHES_AT_ONCE_MAX,
    queueMax: HASH_QUEUE_MAX,
    waitMsMax: HASH_WAIT_MS_MAX,
  }),
): PasswordHasher {
  return {
    hash: (password) => limit.run(() => hash(normalised(password), ARGON2_OPTIONS)),
    verify: (input) => limit.run(() => verify(input.hash, normalised(input.password))),
  };
}

/** NFKC (NIST SP 800-63B 3.1.1.2), so that a password typed on another keyboard or system is the same password. */
function normalised(password: string): string {
  return password.normalize('NFKC');
}
