import { setTimeout as sleep } from 'node:timers/promises';
import type { AppRouter } from '@rsm/api';
import { isTRPCClientError } from '@trpc/client';
import { openFeed, type Feed } from '../../e2e/testing/feed-client.ts';
import type { FleetMarket, FleetRenter } from './fleet-market.ts';

const PAUSE_MS = 400;
const RETRY_AFTER_MS = 100;
/** Longer than any process needs to come back: a call that is not answered then never will be. */
const TRIES_MAX = 100;
const MINUTE_MS = 60_000;
const HALF_HOUR_MS = 30 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** What a renter may be told although nothing is wrong: somebody else was faster, or the machine is not clean yet. */
const USUAL_REFUSALS = /window_taken|machine_in_use|listing_not_bookable/;

/** A window of a renter's desktop: what its feed has shown it. */
interface Window {
  readonly feeds: Feed[];
}

interface Wish {
  readonly listingId: string;
  readonly start: Date | null;
  readonly durationMs: number;
  readonly idempotencyKey: string;
  readonly sshKeyIds: string[];
}

/** Renters who search, look, book, wait and end, through one address, and repeat every call until it is answered. */
export class FleetLoad {
  /** Bookings that were answered, by the length that is theirs alone. */
  readonly booked = new Map<number, string>();
  readonly ended = new Set<string>();
  /** Answers that no renter should get. */
  readonly problems: string[] = [];
  /** Tries that came to nothing, and that a second one healed. */
  readonly healed: string[] = [];
  /** Answers that are a no and no fault, by their code. */
  readonly refusals = new Map<string, number>();
  calls = 0;
  readonly #apiUrl: string;
  readonly #market: FleetMarket;
  readonly #random: () => number;
  readonly #windows = new Map<FleetRenter, Window>();
  #count: number;
  #isOver = false;
  #work: Promise<unknown> = Promise.resolve();

  /** @param firstCount where the lengths of its bookings begin: no two loads of one market may ask for the same */
  constructor(apiUrl: string, market: FleetMarket, random: () => number, firstCount: number) {
    this.#count = firstCount;
    this.#apiUrl = apiUrl;
    this.#market = market;
    this.#random = random;
  }

  start(): void {
    for (const renter of this.#market.renters) this.#look(renter);
    this.#work = Promise.all(this.#market.renters.map(async (renter) => this.#live(renter)));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#work;
  }

  closeFeeds(): void {
    for (const { feeds } of this.#windows.values()) for (const feed of feeds) feed.close();
  }

  /** Per renter, the sequences that the window has seen, in the order of their arrival; and from where it began. */
  async seen() {
    return Promise.all(
      this.#market.renters.map(async (renter) => {
        const received = this.#windows.get(renter)?.feeds.flatMap((feed) => feed.received) ?? [];
        const { id: userId } = await renter.market.users.me.query();
        return {
          userId,
          resets: received.filter((message) => message.startsWith('reset')).map(seqOf),
          events: received.filter((message) => message.startsWith('event')).map(seqOf),
        };
      }),
    );
  }

  /** Ends what is still open. @returns whether nothing was */
  async windDown(): Promise<boolean> {
    let isDone = true;
    for (const { market } of this.#market.renters) {
      const { items } = await market.bookings.list.query({ as: 'renter', limit: 100 });
      for (const { id, status } of items) {
        if (status === 'active') await this.#end(market, id);
        if (status === 'scheduled') await this.#insist('cancel', async () => market.bookings.cancel.mutate({ id }));
        if (!['completed', 'cancelled', 'failed'].includes(status)) isDone = false;
      }
    }
    return isDone;
  }

  /** A feed that ended goes on where it was: its client connects again by itself, and begins again when it was refused. */
  #look(renter: FleetRenter): void {
    const window: Window = { feeds: [] };
    this.#windows.set(renter, window);
    const open = (lastEventId?: string): void => {
      const token = renter.accessToken;
      window.feeds.push(
        openFeed({ apiUrl: this.#apiUrl, token, ...(lastEventId === undefined ? {} : { lastEventId }) }),
      );
    };
    open();
    const watch = setInterval(() => {
      if (this.#isOver) clearInterval(watch);
      const feed = window.feeds.at(-1);
      if (feed === undefined || feed.problems.length === 0) return;
      this.healed.push(`feed: ${feed.problems.join(' ')}`);
      feed.close();
      open(feed.lastEventId ?? undefined);
    }, RETRY_AFTER_MS);
  }

  /** Books as often as is said, all at once, and waits until each was answered. */
  async bookTogether(times: number): Promise<void> {
    const { listingIds, renters } = this.#market;
    const calls = Array.from({ length: times }, async (_, index) => {
      const [renter, listingId] = [renters[index % renters.length], listingIds[index % listingIds.length]];
      if (renter !== undefined && listingId !== undefined) await this.#create(renter, this.#wish(renter, listingId));
    });
    await Promise.all(calls);
  }

  async #live(renter: FleetRenter): Promise<void> {
    const { market } = renter;
    while (!this.#isOver) {
      const page = await this.#insist('search', async () =>
        market.listings.search.query({ sort: 'newest', limit: 20 }),
      );
      const listingId = page?.items[Math.floor(this.#random() * page.items.length)]?.id;
      if (page !== null && listingId === undefined) this.problems.push('the market was empty');
      if (listingId === undefined) continue;
      await this.#book(renter, listingId);
      await this.#endOne(market);
      await sleep(this.#random() * PAUSE_MS);
    }
  }

  async #book(renter: FleetRenter, listingId: string): Promise<void> {
    const { market } = renter;
    const wish = this.#wish(renter, listingId);
    const { durationMs, start } = wish;
    await this.#insist('look', async () => market.listings.get.query({ id: listingId }));
    await this.#insist('quote', async () => market.bookings.quote.query({ listingId, start, durationMs }));
    const id = await this.#create(renter, wish);
    if (id !== null) await this.#insist('read own', async () => market.bookings.get.query({ id }));
  }

  #wish({ sshKeyId }: FleetRenter, listingId: string): Wish {
    this.#count += 1;
    const durationMs = 10 * MINUTE_MS + this.#count * 1_000;
    // Now, where nobody was before; or at a time that is this call's alone, so that most are not refused.
    const start = this.#random() < 0.2 ? null : new Date(Date.now() + HOUR_MS + this.#count * HALF_HOUR_MS);
    return { listingId, start, durationMs, idempotencyKey: `booking-${String(durationMs)}`, sshKeyIds: [sshKeyId] };
  }

  async #create({ market }: FleetRenter, wish: Wish): Promise<string | null> {
    const booking = await this.#insist('book', async () => market.bookings.create.mutate(wish));
    if (booking === null) return null;
    this.booked.set(wish.durationMs, booking.id);
    return booking.id;
  }

  async #endOne(market: FleetRenter['market']): Promise<void> {
    const page = await this.#insist('list', async () => market.bookings.list.query({ as: 'renter', limit: 20 }));
    const active = page?.items.find(({ status }) => status === 'active');
    if (active !== undefined) await this.#end(market, active.id);
  }

  async #end(market: FleetRenter['market'], id: string): Promise<void> {
    if ((await this.#insist('end', async () => market.bookings.endEarly.mutate({ id }))) !== null) this.ended.add(id);
  }

  /** Repeats a call until it is answered; null when it was refused. */
  async #insist<Answer>(what: string, act: () => Promise<Answer>): Promise<Answer | null> {
    this.calls += 1;
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      try {
        return await act();
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        if (isRefusal(error)) {
          // The first try may have done it, and its answer was lost.
          const isUsual = USUAL_REFUSALS.test(codeOf(error)) || (what !== 'book' && codeOf(error) === 'wrong_state');
          this.refusals.set(codeOf(error), (this.refusals.get(codeOf(error)) ?? 0) + 1);
          if (!isUsual) this.problems.push(`${what}: ${codeOf(error)} ${said}`);
          return null;
        }
        this.healed.push(`${what}: ${said}`);
        await sleep(RETRY_AFTER_MS);
      }
    }
    this.problems.push(`${what} was never answered`);
    return null;
  }
}

const seqOf = (message: string): number => Number(message.split(' ')[1]);

function isRefusal(error: unknown): boolean {
  const status = isTRPCClientError<AppRouter>(error) ? (error.data?.httpStatus ?? null) : null;
  return status !== null && status < 500;
}

function codeOf(error: unknown): string {
  return isTRPCClientError<AppRouter>(error) ? (error.data?.code ?? '') : '';
}
