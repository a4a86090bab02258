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

  /** The key of the unsettled wish for this amount and, where cards are saved, this card; or of a new one. */
  keyFor(amountMicros: bigint, cardId: string | null = null): string {
    const name = nameOf(amountMicros, cardId);
    const key = this.#open.get(name) ?? this.#newKey();
    this.#open.set(name, key);
    return key;
  }

  settle(amountMicros: bigint, cardId: string | null = null): void {
    this.#open.delete(nameOf(amountMicros, cardId));
  }
}

const nameOf = (amountMicros: bigint, cardId: string | null): string => `${amountMicros.toString()} ${cardId ?? ''}`;
