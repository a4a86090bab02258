import { setTimeout as sleep } from 'node:timers/promises';
import type { AppRouter } from '@rsm/api';
import { isTRPCClientError } from '@trpc/client';
import { signUp, type MarketClient } from '../../demo/market-client.ts';
import { waitFor } from '../../demo/wait-for.ts';
import { createKeyPairMaker } from '@rsm/hosts';
import type { CrashStage } from './crash-stage.ts';
import { PASSWORD } from './people.ts';

const READY_LIMIT_MS = 60_000;
const PAUSE_MS_MAX = 250;
const MINUTE_MS = 60_000;

/** A call with an idempotency key: what it asked for, and what its caller knows of it. */
export interface LoadedCall {
  readonly kind: 'top_up' | 'book';
  /** Cents of a top-up, milliseconds of a booking: no two calls ask for the same, so that each is found by it. */
  readonly size: number;
  /** The id that it was answered with; null while nobody knows whether it was acted on. */
  id: string | null;
  /** The product said no. */
  isRefused: boolean;
}

interface Renter {
  readonly market: MarketClient;
  readonly cardId: string;
  readonly sshKeyId: string;
}

/**
 * People who top up, book and end bookings, as fast as they can and through the public procedures, while everything is killed
 * around them; and Stripe, which tells its events until it is answered with 200.
 */
export class CrashLoad {
  readonly calls: LoadedCall[] = [];
  /** Bookings whose end was acknowledged. */
  readonly ended = new Set<string>();
  readonly #stage: CrashStage;
  readonly #random: () => number;
  readonly #renters: Renter[] = [];
  readonly #listings: string[] = [];
  readonly #delivered = new Set<string>();
  #count = 0;
  #isOver = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(stage: CrashStage, random: () => number) {
    this.#stage = stage;
    this.#random = random;
  }

  /** Makes the market, while nothing is killed yet. */
  async prepare(counts: { readonly renters: number; readonly machines: number }): Promise<void> {
    const { apiUrl } = this.#stage;
    const person = (name: string) => ({ email: `${name}@crash.example`, password: PASSWORD, displayName: name });
    const { market: provider } = await signUp(apiUrl, person('provider'));
    await provider.users.openProviderProfile.mutate({ publicName: 'Provider' });
    for (let count = 0; count < counts.machines; count += 1) this.#listings.push(await this.#offer(provider, count));
    for (let count = 0; count < counts.renters; count += 1) {
      const { market } = await signUp(apiUrl, person(`renter-${String(count)}`));
      const { publicKey } = createKeyPairMaker().make('renter@laptop');
      const { id: sshKeyId } = await market.users.addSshKey.mutate({ name: 'laptop', publicKey });
      const { url } = await market.payments.startCardSetup.mutate();
      this.#stage.standIn.completeSetup(url);
      const [card] = (await market.payments.refreshCards.mutate()).cards;
      if (card === undefined) throw new Error('The card that was entered is not there.');
      const renter = { market, cardId: card.id, sshKeyId };
      this.#renters.push(renter);
      await this.#topUp(renter);
      await this.#topUp(renter);
    }
  }

  /** Everybody begins. */
  start(): void {
    this.#work = Promise.all([...this.#renters.map(async (renter) => this.#live(renter)), this.#deliver()]);
  }

  /** Everybody stops; what is unanswered stays so. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#work;
  }

  /** Ends or cancels what is still open, and tells every event. @returns whether nothing was left to do */
  async windDown(): Promise<boolean> {
    const isTold = await this.#deliverOnce();
    let isDone = true;
    for (const { market } of this.#renters) {
      const { items } = await market.bookings.list.query({ as: 'renter', limit: 100 });
      for (const booking of items) {
        if (booking.status === 'active') await this.#end(market, booking.id);
        if (booking.status === 'scheduled')
          await this.#attempt(async () => market.bookings.cancel.mutate({ id: booking.id }));
        if (!['completed', 'cancelled', 'failed'].includes(booking.status)) isDone = false;
      }
    }
    return isTold && isDone;
  }

  async #live(renter: Renter): Promise<void> {
    while (!this.#isOver) {
      const dice = this.#random();
      if (dice < 0.35) await this.#topUp(renter);
      else if (dice < 0.75) await this.#book(renter);
      else await this.#endOne(renter);
      await sleep(this.#random() * PAUSE_MS_MAX);
    }
  }

  async #topUp({ cardId, market }: Renter): Promise<void> {
    this.#count += 1;
    const cents = 500 + this.#count;
    const wish = {
      idempotencyKey: `top-up-${String(cents)}`,
      amount: `${String(Math.floor(cents / 100))}.${String(cents % 100).padStart(2, '0')}`,
      source: cardId,
    };
    await this.#keyed({ kind: 'top_up', size: cents, id: null, isRefused: false }, async () => {
      const payment = await market.payments.topUp.mutate(wish);
      return payment.id;
    });
  }

  async #book({ market, sshKeyId }: Renter): Promise<void> {
    this.#count += 1;
    const durationMs = 10 * MINUTE_MS + this.#count * 1_000;
    const listingId = this.#listings[Math.floor(this.#random() * this.#listings.length)] ?? '';
    const idempotencyKey = `booking-${String(durationMs)}`;
    const wish = { idempotencyKey, listingId, start: null, durationMs, sshKeyIds: [sshKeyId] };
    await this.#keyed({ kind: 'book', size: durationMs, id: null, isRefused: false }, async () => {
      const booking = await market.bookings.create.mutate(wish);
      return booking.id;
    });
  }

  async #endOne({ market }: Renter): Promise<void> {
    await this.#attempt(async () => {
      const { items } = await market.bookings.list.query({ as: 'renter', limit: 20 });
      const active = items.filter(({ status }) => status === 'active');
      const chosen = active[Math.floor(this.#random() * active.length)];
      if (chosen !== undefined) await this.#end(market, chosen.id);
    });
  }

  async #end(market: MarketClient, id: string): Promise<void> {
    const outcome = await this.#attempt(async () => market.bookings.endEarly.mutate({ id }));
    if (outcome === 'answered') this.ended.add(id);
  }

  /** Makes a call, and half of the time again with the same key when no answer came; the other half is never heard of again. */
  async #keyed(call: LoadedCall, act: () => Promise<string>): Promise<void> {
    this.calls.push(call);
    const isStubborn = this.#random() < 0.5;
    for (;;) {
      const outcome = await this.#attempt(async () => {
        call.id = await act();
      });
      if (outcome === 'refused') call.isRefused = true;
      if (outcome !== 'unknown' || !isStubborn || this.#isOver) return;
      await sleep(PAUSE_MS_MAX);
    }
  }

  async #attempt(act: () => Promise<unknown>): Promise<'answered' | 'refused' | 'unknown'> {
    try {
      await act();
      return 'answered';
    } catch (error) {
      // An answer of the product has a code of its own; what has none is a broken connection, or a server without its database.
      const status = isTRPCClientError<AppRouter>(error) ? (error.data?.httpStatus ?? null) : null;
      return status !== null && status < 500 ? 'refused' : 'unknown';
    }
  }

  async #deliver(): Promise<void> {
    while (!this.#isOver) {
      await this.#deliverOnce();
      await sleep(PAUSE_MS_MAX);
    }
  }

  /** Tells what was not answered with 200, and now and then something that was. */
  async #deliverOnce(): Promise<boolean> {
    const { standIn, webhookUrl } = this.#stage;
    let isTold = true;
    for (const event of standIn.store.events) {
      if (this.#delivered.has(event.id) && this.#random() > 0.02) continue;
      const status = await standIn.deliver(standIn.sign(event), webhookUrl).catch(() => 0);
      if (status === 200) this.#delivered.add(event.id);
      else isTold = false;
    }
    return isTold;
  }

  async #offer(provider: MarketClient, count: number): Promise<string> {
    const fake = this.#stage.world.machines.add();
    const { id } = await provider.machines.connect.mutate({
      name: `Machine ${String(count)}`,
      control: fake.endpoint,
      sshUser: 'root',
      declaredRegion: 'lab',
    });
    await waitFor('the host key', READY_LIMIT_MS, async () =>
      (await provider.machines.get.query({ id })).hostKeyState === 'scanned' ? true : null,
    );
    await provider.machines.confirmHostKey.mutate({ id, fingerprint: fake.hostKey.fingerprint });
    await waitFor('the checks', READY_LIMIT_MS, async () =>
      (await provider.machines.get.query({ id })).status === 'verified' ? true : null,
    );
    const { items } = await provider.benchmarks.start.mutate({ machineId: id, kinds: ['cpu'] });
    await waitFor('the benchmark', READY_LIMIT_MS, async () => {
      const runs = await Promise.all(items.map((run) => provider.benchmarks.get.query({ id: run.id })));
      return runs.every(({ status }) => status === 'succeeded') ? true : null;
    });
    const terms = { title: `Machine ${String(count)}`, pricePerHour: '1.23' };
    const draft = await provider.listings.create.mutate({ machineId: id, terms });
    await provider.listings.publish.mutate({ id: draft.id });
    return draft.id;
  }
}
