/**
 * The idempotency keys of wishes that move money. A wish keeps its key until it is known to have worked: whoever clicks twice, or
 * again after the connection broke, asks for the same thing and moves nothing twice. A refusal moved nothing, so its key stays.
 */
export class WishKeys {
  readonly #newKey: () => string;
  readonly #open = new Map<string, string>();

  constructor(newKey: () => string = () => crypto.randomUUID()) {
    this.#newKey = newKey;
  }

  /** The key of the open wish of this name, or of a new one. The name says all that the wish is about. */
  keyFor(name: string): string {
    const key = this.#open.get(name) ?? this.#newKey();
    this.#open.set(name, key);
    return key;
  }

  /** It worked: the next wish of this name is another one. */
  settle(name: string): void {
    this.#open.delete(name);
  }
}
