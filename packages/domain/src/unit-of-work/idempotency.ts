import type { UserId } from '../common/ids.ts';

/** Remembers what a caller's key was answered with. The row is the first lock of a transaction. */
export interface IdempotencyRepository {
  /**
   * Claims the key or returns the earlier answer; a parallel holder of the key is waited for.
   * @param claim.input canonical text of the call's input
   * @throws DomainError idempotency_conflict when the key was used with another input
   */
  claim(claim: {
    readonly userId: UserId;
    readonly operation: string;
    readonly key: string;
    readonly input: string;
  }): Promise<{ readonly kind: 'new' } | { readonly kind: 'answered'; readonly answer: string }>;
  answer(claim: {
    readonly userId: UserId;
    readonly operation: string;
    readonly key: string;
    readonly answer: string;
  }): Promise<void>;
}
