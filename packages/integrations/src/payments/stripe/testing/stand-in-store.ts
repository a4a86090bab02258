import { randomBytes } from 'node:crypto';
import type { WireObject } from './stand-in-wire.ts';
import { noSuch } from './stand-in-wire.ts';

/** How a stored card behaves; named after Stripe's test cards (docs.stripe.com/testing). */
export type CardBehaviour =
  | 'succeeds'
  | 'declined'
  | 'insufficient_funds'
  | 'expired'
  | 'stolen'
  | 'authentication_required'
  | 'processing';

/** One thing that happened, as Stripe tells it: a snapshot, or a thin event of the second API. */
export type StandInEvent = WireObject & { readonly type: string };

type Nouns =
  | 'account'
  | 'customer'
  | 'dispute'
  | 'payment_intent'
  | 'payment_method'
  | 'refund'
  | 'session'
  | 'transfer';

/** Everything the stand-in remembers. Objects are replaced, never changed, so that an event keeps what was true then. */
export class StandInStore {
  readonly events: StandInEvent[] = [];
  readonly behaviours = new Map<string, CardBehaviour>();
  /** What the marketplace has at Stripe for transfers, in minor units. */
  balance = 100_000_000;
  readonly #now: () => number;
  readonly #objects: Record<Nouns, Map<string, WireObject>> = {
    account: new Map(),
    customer: new Map(),
    dispute: new Map(),
    payment_intent: new Map(),
    payment_method: new Map(),
    refund: new Map(),
    session: new Map(),
    transfer: new Map(),
  };

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.#now();
  }

  seconds(): number {
    return Math.floor(this.#now() / 1_000);
  }

  newId(prefix: string): string {
    return `${prefix}_${randomBytes(12).toString('hex')}`;
  }

  /** Oldest first. */
  all(noun: Nouns): readonly WireObject[] {
    return [...this.#objects[noun].values()];
  }

  find(noun: Nouns, id: string): WireObject | undefined {
    return this.#objects[noun].get(id);
  }

  /** @throws StripeRefusal resource_missing */
  get(noun: Nouns, id: string, param = 'id'): WireObject {
    const found = this.find(noun, id);
    if (found === undefined) throw noSuch(noun, id, param);
    return found;
  }

  put(noun: Nouns, object: WireObject): WireObject {
    this.#objects[noun].set(object.id, object);
    return object;
  }

  change(noun: Nouns, id: string, change: Readonly<Record<string, unknown>>): WireObject {
    return this.put(noun, { ...this.get(noun, id), ...change, id });
  }

  /** Notes an event about an object as it is now. */
  tell(
    type: string,
    object: Readonly<Record<string, unknown>>,
    more: { readonly account?: string; readonly previous?: Readonly<Record<string, unknown>> } = {},
  ): StandInEvent {
    const event: StandInEvent = {
      id: this.newId('evt'),
      object: 'event',
      api_version: '2026-10-28.endive',
      created: this.seconds(),
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
      ...(more.account === undefined ? {} : { account: more.account }),
      data: { object, ...(more.previous === undefined ? {} : { previous_attributes: more.previous }) },
    };
    this.events.push(event);
    return event;
  }

  /** Notes a thin event: it names the object and says nothing of it. */
  tellThin(type: string, accountId: string): StandInEvent {
    const event: StandInEvent = {
      id: this.newId('evt'),
      object: 'v2.core.event',
      context: null,
      created: new Date(this.now()).toISOString(),
      livemode: false,
      reason: null,
      related_object: { id: accountId, type: 'v2.core.account', url: `/v2/core/accounts/${accountId}` },
      type,
    };
    this.events.push(event);
    return event;
  }
}
