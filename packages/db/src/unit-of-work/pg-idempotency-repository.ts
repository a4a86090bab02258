import { createHash } from 'node:crypto';

import { DomainError } from '@rsm/domain/common/domain-error';
import type { UserId } from '@rsm/domain/common/ids';
import type { IdempotencyRepository } from '@rsm/domain/unit-of-work/idempotency';

import type { Session } from '../common/session.ts';
import { timestamp } from '../common/timestamp.ts';

type Claim = { readonly userId: UserId; readonly operation: string; readonly key: string };

/** Remembers what a caller's key was answered with. Of the input only the hash is kept: it may hold private data. */
export class PgIdempotencyRepository implements IdempotencyRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async claim(
    claim: Claim & { readonly input: string },
  ): Promise<{ readonly kind: 'new' } | { readonly kind: 'answered'; readonly answer: string }> {
    const inputSha256 = createHash('sha256').update(claim.input).digest();
    // A parallel holder of the key is waited for here: the insert can't tell yet whether that one commits.
    const inserted = await this.#session.row<{ key: string }>(
      'claim_key',
      `INSERT INTO idempotency_keys (user_id, operation, key, input_sha256, created_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (user_id, operation, key) DO NOTHING RETURNING key`,
      [claim.userId, claim.operation, claim.key, inputSha256, timestamp(this.#session.clock.now())],
    );
    if (inserted !== null) return { kind: 'new' };
    const earlier = await this.#session.row<{ input_sha256: Buffer; answer: string | null }>(
      'find_key',
      'SELECT input_sha256, answer FROM idempotency_keys WHERE user_id = ? AND operation = ? AND key = ?',
      [claim.userId, claim.operation, claim.key],
    );
    if (earlier === null || earlier.answer === null) {
      throw new Error(`The idempotency key of ${claim.operation} was committed without an answer.`);
    }
    if (!inputSha256.equals(earlier.input_sha256)) {
      throw new DomainError('idempotency_conflict', 'This key was used for another request before.', {
        field: 'idempotencyKey',
        remedy: 'Use a fresh key for a new request, or repeat the first one unchanged.',
      });
    }
    return { kind: 'answered', answer: earlier.answer };
  }

  async answer(claim: Claim & { readonly answer: string }): Promise<void> {
    await this.#session.rows(
      'answer_key',
      'UPDATE idempotency_keys SET answer = ? WHERE user_id = ? AND operation = ? AND key = ?',
      [claim.answer, claim.userId, claim.operation, claim.key],
    );
  }
}
