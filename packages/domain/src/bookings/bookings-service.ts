import type { AccessHistory } from '../access/access-history.ts';
import type { ContainerImage } from '../access/container-image.ts';
import type { Connection } from '../access/connection.ts';
import { connectionOf } from '../access/connection.ts';
import { DomainError, notFound } from '../common/domain-error.ts';
import type { BookingId, IdSource, MachineId } from '../common/ids.ts';
import { bookingIdSchema } from '../common/ids.ts';
import type { Clock, Instant } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { SpendingGuard } from '../spending/spending-guard.ts';
import type { Tax } from '../documents/tax.ts';
import type { Reads, Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import { accessHistoryOf } from './access-history.ts';
import { AutoExtension } from './auto-extension.ts';
import { BookingDoor } from './booking-door.ts';
import { BookingEnding } from './booking-ending.ts';
import type { EndConsequence } from './booking-ending.ts';
import { BookingExtension } from './booking-extension.ts';
import type { ExtensionQuote } from './booking-extension.ts';
import type { BookingLedger } from './booking-ledger.ts';
import { BookingPlacement } from './booking-placement.ts';
import type { PlacementInput, Quote, QuoteInput } from './booking-placement.ts';
import type { BookingDetail } from './booking-view.ts';
import { viewBooking } from './booking-view.ts';
import type { BookingSummary } from './booking-repository.ts';
import type { Booking, BookingStateChange } from './booking.ts';

export interface BookingsServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly currency: Currency;
  readonly feeBasisPoints: number;
  readonly ledger: BookingLedger;
  readonly spending: SpendingGuard;
  /** What every price includes. */
  readonly tax: Tax;
  /** What containers may be made from; the first is the default. */
  readonly containerImages: readonly ContainerImage[];
}

/** A renter's stretches of time: quote, book, extend, end, cancel. */
export class BookingsService {
  readonly #options: BookingsServiceOptions;
  readonly #placement: BookingPlacement;
  readonly #extension: BookingExtension;
  readonly #autoExtension: AutoExtension;
  readonly #ending: BookingEnding;
  readonly #door: BookingDoor;

  constructor(options: BookingsServiceOptions) {
    this.#options = options;
    this.#placement = new BookingPlacement(options);
    this.#extension = new BookingExtension(options);
    this.#autoExtension = new AutoExtension({ ...options, extension: this.#extension });
    this.#ending = new BookingEnding(options);
    this.#door = new BookingDoor({ clock: options.clock, reads: options.uow.reads });
  }

  /** The exact maximum of a window, before anything is moved. @throws DomainError invalid_window, invalid_input, listing_not_bookable */
  async quote(actor: Actor, input: QuoteInput): Promise<Quote> {
    return this.#placement.quote(this.#options.uow.reads, actor, input);
  }

  /**
   * Books a window and holds its maximum. The exclusion constraint is the judge of overlaps; `BookingDoor` keeps
   * crowds away from it.
   * @param input.acceptedMaximum the maximum the renter saw: a price that rose meanwhile is refused
   * @throws DomainError window_taken, insufficient_funds, limit_reached, own_machine, listing_not_bookable, invalid_window, conflict
   */
  async create(actor: Actor, input: PlacementInput & { readonly idempotencyKey: string }): Promise<Booking> {
    const claim = { userId: actor.userId, operation: 'bookings.create', key: input.idempotencyKey };
    return this.#door.run(actor, input, async () =>
      this.#options.uow.run(async (tx) => {
        const earlier = await tx.idempotency.claim({ ...claim, input: canonicalInput(input) });
        if (earlier.kind === 'answered') return findBooking(tx, bookingIdSchema.parse(earlier.answer));
        const booking = await this.#placement.place(tx, actor, input);
        await tx.idempotency.answer({ ...claim, answer: booking.id });
        return booking;
      }),
    );
  }

  /** A booking as its renter, its provider or an admin may see it; an admin's look is written to the audit log. */
  async get(actor: Actor, input: { id: BookingId }): Promise<BookingDetail> {
    return viewBooking(this.#options, actor, input.id);
  }

  /** The actor's own bookings, or those of his machines. */
  async list(
    actor: Actor,
    input: PageRequest & { readonly as: 'renter' | 'provider'; readonly machineId: MachineId | null },
  ): Promise<Page<BookingSummary>> {
    return this.#options.uow.reads.bookings.listBySide({ ...input, userId: actor.userId }, input);
  }

  async listAsProvider(actor: Actor, input: PageRequest): Promise<Page<BookingSummary>> {
    return this.list(actor, { ...input, as: 'provider', machineId: null });
  }

  async history(actor: Actor, input: { id: BookingId }): Promise<readonly BookingStateChange[]> {
    await viewBooking(this.#options, actor, input.id);
    return this.#options.uow.reads.bookings.listStateChanges(input.id);
  }

  /** What access was given, to which keys, from when until when, as the viewer may see it. */
  async accessHistory(actor: Actor, input: { id: BookingId }): Promise<AccessHistory> {
    const detail = await viewBooking(this.#options, actor, input.id);
    const { accessGrants } = this.#options.uow.reads;
    const [grant, traces] = await Promise.all([
      accessGrants.findByBooking(input.id),
      accessGrants.findTraces(input.id),
    ]);
    return accessHistoryOf(detail, grant, traces);
  }

  /** How to log in; only for the renter and only while access works. @throws DomainError wrong_state */
  async connection(actor: Actor, input: { id: BookingId }): Promise<Connection> {
    const { reads } = this.#options.uow;
    const booking = await reads.bookings.findById(input.id);
    if (booking?.renterId !== actor.userId) throw notFound('booking');
    const grant = await reads.accessGrants.findByBooking(booking.id);
    if (booking.status !== 'active' || grant?.status !== 'active') {
      throw new DomainError('wrong_state', `This booking is ${booking.status}: there is no access.`, {
        remedy:
          booking.status === 'scheduled' || booking.status === 'provisioning'
            ? 'Wait until it is active.'
            : 'Book the listing again.',
      });
    }
    return connectionOf(grant);
  }

  /** What an extension would add to the maximum, at the listing's price of this moment. */
  async extendQuote(actor: Actor, input: { id: BookingId; newEnd: Instant }): Promise<ExtensionQuote> {
    const booking = await this.#rentersBooking(this.#options.uow.reads, actor, input.id);
    return this.#extension.quote(this.#options.uow.reads, booking, input.newEnd);
  }

  /** @throws DomainError window_taken, insufficient_funds, limit_reached, invalid_window, wrong_state */
  async extend(
    actor: Actor,
    input: { idempotencyKey: string; id: BookingId; newEnd: Instant; acceptedAdditional: AmountMicros | null },
  ): Promise<Booking> {
    return this.#options.uow.run(async (tx) => {
      const claim = { userId: actor.userId, operation: 'bookings.extend', key: input.idempotencyKey };
      const text = `${input.id} ${String(input.newEnd)} ${input.acceptedAdditional?.toString() ?? ''}`;
      const earlier = await tx.idempotency.claim({ ...claim, input: text });
      if (earlier.kind === 'answered') return findBooking(tx, bookingIdSchema.parse(earlier.answer));
      const seen = await this.#rentersBooking(tx, actor, input.id);
      await tx.occupancies.lockCalendar(seen.unitId);
      const booking = await lockBooking(tx, input.id);
      const extended = await this.#extension.extend(tx, booking, input);
      await tx.idempotency.answer({ ...claim, answer: booking.id });
      return extended;
    });
  }

  /**
   * From now on the booking gets longer by itself, a step at a time, while the time is free, the wallet covers it and the
   * whole stays within the limit; otherwise it stops and the renter is told why.
   * @throws DomainError wrong_state, invalid_window, invalid_amount, listing_not_bookable
   */
  async setAutoExtend(actor: Actor, input: { id: BookingId; stepMs: number; maximum: AmountMicros }): Promise<Booking> {
    const { stepMs, maximum } = input;
    return this.#options.uow.run(async (tx) => {
      await this.#rentersBooking(tx, actor, input.id);
      return this.#autoExtension.set(tx, await lockBooking(tx, input.id), { stepMs, maximum });
    });
  }

  /** The booking ends when it ends. Doing it twice is harmless. */
  async clearAutoExtend(actor: Actor, input: { id: BookingId }): Promise<Booking> {
    return this.#options.uow.run(async (tx) => {
      await this.#rentersBooking(tx, actor, input.id);
      return this.#autoExtension.clear(tx, await lockBooking(tx, input.id));
    });
  }

  /** What ending now would cost, and what comes back. */
  async endEarlyQuote(actor: Actor, input: { id: BookingId }): Promise<EndConsequence> {
    const booking = await this.#rentersBooking(this.#options.uow.reads, actor, input.id);
    return this.#ending.quoteEnd(this.#options.uow.reads, booking);
  }

  /** Notes the wish to end; access is revoked by the worker. @throws DomainError wrong_state */
  async endEarly(actor: Actor, input: { id: BookingId }): Promise<Booking> {
    return this.#options.uow.run(async (tx) => {
      await this.#rentersBooking(tx, actor, input.id);
      return this.#ending.requestEnd(tx, await lockBooking(tx, input.id), 'ended');
    });
  }

  /** What cancelling before the start would cost. */
  async cancelQuote(actor: Actor, input: { id: BookingId }): Promise<EndConsequence> {
    const booking = await this.#rentersBooking(this.#options.uow.reads, actor, input.id);
    return this.#ending.quoteCancel(booking);
  }

  /** @throws DomainError wrong_state once access works: end early then */
  async cancel(actor: Actor, input: { id: BookingId }): Promise<Booking> {
    return this.#options.uow.run(async (tx) => {
      const seen = await this.#rentersBooking(tx, actor, input.id);
      await tx.occupancies.lockCalendar(seen.unitId);
      return this.#ending.cancel(tx, await lockBooking(tx, input.id));
    });
  }

  /** The provider gives a booking back: everything is released, or the last 24 hours when it is running. */
  async cancelAsProvider(actor: Actor, input: { id: BookingId; reason: string }): Promise<Booking> {
    return this.#options.uow.run(async (tx) => {
      const seen = await tx.bookings.findById(input.id);
      if (seen?.providerId !== actor.userId) throw notFound('booking');
      await tx.occupancies.lockCalendar(seen.unitId);
      return this.#ending.cancelAsProvider(tx, await lockBooking(tx, input.id), input.reason);
    });
  }

  async #rentersBooking(reads: Pick<Reads, 'bookings'>, actor: Actor, id: BookingId): Promise<Booking> {
    const booking = await reads.bookings.findById(id);
    if (booking?.renterId !== actor.userId) throw notFound('booking');
    return booking;
  }
}

async function findBooking(tx: Tx, id: BookingId): Promise<Booking> {
  const booking = await tx.bookings.findById(id);
  if (booking === null) throw notFound('booking');
  return booking;
}

async function lockBooking(tx: Tx, id: BookingId): Promise<Booking> {
  const booking = await tx.bookings.lockById(id);
  if (booking === null) throw notFound('booking');
  return booking;
}

function canonicalInput(input: PlacementInput): string {
  return JSON.stringify([
    input.listingId,
    input.start,
    input.durationMs,
    input.sshKeyIds.toSorted(),
    input.canaryConsent,
    input.acceptedMaximum?.toString() ?? null,
    // Left out when nothing was chosen: what was asked for before images could be is the same wish still.
    ...(input.containerImage === null ? [] : [input.containerImage]),
  ]);
}
