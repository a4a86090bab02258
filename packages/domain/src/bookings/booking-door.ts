import { DomainError } from '../common/domain-error.ts';
import type { ListingId } from '../common/ids.ts';
import type { Clock, Instant } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import { HORIZON_MS } from '../listings/listing.ts';
import { WINDOW_TAKEN, type OccupancyReads } from '../occupancies/occupancy.ts';
import type { Actor } from '../users/user.ts';
import { ClaimReader, tooManyWantIt } from './claim-reader.ts';

/**
 * Bookings of one listing that are made at once. They wait for each other at the unit's calendar anyway; more of them would
 * only hold connections that everybody else needs.
 */
export const BOOKINGS_AT_ONCE_MAX = 4;
/** Those that wait for their turn at one listing; who comes later is told to come again. */
export const BOOKINGS_WAITING_MAX = 2_000;
/** How long a listing counts as contested after somebody came too late for it. */
export const CONTESTED_MS = 10_000;
/** Listings that are remembered as contested; beyond it the one that was contested longest ago is forgotten. */
export const CONTESTED_LISTINGS_MAX = 1_000;

export interface BookingDoorOptions {
  readonly reads: { readonly occupancies: Pick<OccupancyReads, 'areTaken'> };
  readonly clock: Clock;
}

/** A booking that is asked for. */
export interface BookingWish {
  readonly listingId: ListingId;
  /** Null means now. */
  readonly start: Instant | null;
  readonly durationMs: number;
  readonly idempotencyKey: string;
}

/** Everybody who is at one listing at this moment. */
interface Crowd {
  /** Waiting, being judged, or booking. */
  people: number;
  booking: number;
  readonly waiting: (() => void)[];
}

/**
 * Keeps a crowd at one machine from everybody else's connections, and says no to it without a transaction for each. Few
 * bookings of a listing are made at once. Where one was refused because its time is taken, all who wait and all who come in
 * the next seconds are judged by a read first. A window that the read finds taken is taken; one that it does not is for the
 * exclusion constraint to judge, as ever. Whoever is alone at a listing pays nothing for it.
 */
export class BookingDoor {
  readonly #options: BookingDoorOptions;
  readonly #claims: ClaimReader;
  readonly #crowds = new Map<ListingId, Crowd>();
  /** Until when each listing counts as contested, by age. */
  readonly #contested = new Map<ListingId, Instant>();

  constructor(options: BookingDoorOptions) {
    this.#options = options;
    this.#claims = new ClaimReader(options.reads.occupancies);
  }

  /** @throws DomainError window_taken, busy when too many wait already; whatever the work throws */
  async run<Result>(actor: Actor, wish: BookingWish, book: () => Promise<Result>): Promise<Result> {
    const { listingId } = wish;
    const crowd = this.#crowds.get(listingId) ?? { people: 0, booking: 0, waiting: [] };
    this.#crowds.set(listingId, crowd);
    crowd.people += 1;
    try {
      await this.#takeTurn(actor, wish, crowd);
      return await this.#book(listingId, crowd, book);
    } finally {
      crowd.people -= 1;
      // Whether the turn led to a booking or came to nothing, it belongs to the next one now.
      if (crowd.booking < BOOKINGS_AT_ONCE_MAX) crowd.waiting.shift()?.();
      if (crowd.people === 0) this.#crowds.delete(listingId);
    }
  }

  async #takeTurn(actor: Actor, wish: BookingWish, crowd: Crowd): Promise<void> {
    await this.#refuseTaken(actor, wish);
    while (crowd.booking >= BOOKINGS_AT_ONCE_MAX) {
      if (crowd.waiting.length >= BOOKINGS_WAITING_MAX) throw tooManyWantIt();
      await new Promise<void>((resolve) => crowd.waiting.push(resolve));
      await this.#refuseTaken(actor, wish);
    }
    crowd.booking += 1;
  }

  async #book<Result>(listingId: ListingId, crowd: Crowd, book: () => Promise<Result>): Promise<Result> {
    try {
      return await book();
    } catch (error) {
      if (error instanceof DomainError && error.code === WINDOW_TAKEN.code) {
        this.#contest(listingId);
        // Most of those who wait want the same.
        for (const judgeAnew of crowd.waiting.splice(0)) judgeAnew();
      }
      throw error;
    } finally {
      crowd.booking -= 1;
    }
  }

  #contest(listingId: ListingId): void {
    this.#contested.delete(listingId);
    this.#contested.set(listingId, plusMs(this.#options.clock.now(), CONTESTED_MS));
    const [oldest] = this.#contested.keys();
    if (this.#contested.size > CONTESTED_LISTINGS_MAX && oldest !== undefined) this.#contested.delete(oldest);
  }

  /** Reads nothing where nobody was refused, nor for a wish that is refused for another reason anyway. */
  async #refuseTaken(actor: Actor, { durationMs, idempotencyKey, listingId, start: from }: BookingWish): Promise<void> {
    const now = this.#options.clock.now();
    const until = this.#contested.get(listingId);
    if (until === undefined) return;
    if (until <= now) {
      this.#contested.delete(listingId);
      return;
    }
    const start = from ?? now;
    const end = plusMs(start, durationMs);
    if (start < now || end <= start || end > now + HORIZON_MS) return;
    if (!(await this.#claims.isTaken({ listingId, range: { start, end }, renterId: actor.userId, idempotencyKey })))
      return;
    this.#contest(listingId);
    const { code, message, remedy } = WINDOW_TAKEN;
    throw new DomainError(code, message, { field: 'start', remedy });
  }
}
