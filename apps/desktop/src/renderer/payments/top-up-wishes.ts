/**
 * The idempotency keys of top-ups. A wish keeps its key until its outcome is known: whoever clicks again after the connection broke
 * asks for the same payment and pays once. A payment that succeeded or was declined is settled, and the next click is a new wish.
 */
export class TopUpWishes {
  readonly #newKey: () => string;
  readonly #open = new Map<string, string>();

  constructor(newKey: () => string) {
    this.#newKey = newKey;
  }

  /** The key of the unsettled wish for this amount, or of a new one. */
  keyFor(amountMicros: bigint): string {
    const name = amountMicros.toString();
    const key = this.#open.get(name) ?? this.#newKey();
    this.#open.set(name, key);
    return key;
  }

  settle(amountMicros: bigint): void {
    this.#open.delete(amountMicros.toString());
  }
}
