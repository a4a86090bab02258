import type { StandInAnswer, StandInRequest } from './stand-in-wire.ts';
import { StripeRefusal } from './stand-in-wire.ts';

const KEY_LIFETIME_MS = 24 * 60 * 60 * 1_000;
const KEY_CHARS_MAX = 255;

/**
 * Stripe's idempotency (docs.stripe.com/api/idempotent_requests): the same key gives the same answer, refusals too, for a day; the
 * same key with other parameters is an error.
 */
export class IdempotencyLayer {
  readonly #answers = new Map<
    string,
    { readonly request: string; readonly at: number; readonly answer: StandInAnswer }
  >();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  run(request: StandInRequest, work: () => StandInAnswer): StandInAnswer & { readonly replayed: boolean } {
    const { idempotencyKey: key, method, params, path } = request;
    if (key === undefined || method !== 'POST') return { ...work(), replayed: false };
    if (key.length > KEY_CHARS_MAX) throw idempotencyError('Idempotency keys are at most 255 characters long.');
    const text = `${path} ${JSON.stringify(params)}`;
    const known = this.#answers.get(key);
    if (known !== undefined && this.#now() - known.at <= KEY_LIFETIME_MS) {
      if (known.request !== text) {
        throw idempotencyError(
          `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
        );
      }
      return { ...known.answer, replayed: true };
    }
    const answer = work();
    this.#answers.set(key, { request: text, at: this.#now(), answer });
    return { ...answer, replayed: false };
  }
}

const idempotencyError = (message: string): StripeRefusal =>
  new StripeRefusal(400, { type: 'idempotency_error', message });
