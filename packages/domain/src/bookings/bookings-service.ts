import { DomainError, notFound } from '../common/domain-error.ts';
import type { BookingId, IdSource, ListingId, SshKeyId } from '../common/ids.ts';
import { bookingIdSchema, newId, occupancyIdSchema } from '../common/ids.ts';
import type { Clock, Instant, TimeRange } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { formatMicros, minusMicros } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { Connection } from '../access/connection.ts';
import { connectionOf } from '../access/connection.ts';
import { wipePlanFor } from '../data-wipes/wipe-plan.ts';
import type { WipeStrategyKind } from '../data-wipes/data-wipe.ts';
import type { CancellationPolicy, Listing } from '../listings/listing.ts';
import { assertListable } from '../listings/listings-service.ts';
import type { Machine } from '../machines/machine.ts';
import type { Reads, Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import { BookingEnding } from './booking-ending.ts';
import type { EndConsequence } from './booking-ending.ts';
import { BookingLedger } from './booking-ledger.ts';
import { scheduleEnd, tellBoth } from './booking-news.ts';
import type { BookingDetail } from './booking-view.ts';
import { viewBooking } from './booking-view.ts';
import { quoteAmount } from './booking-price.ts';
import { resolveExtension, resolveWindow } from './booking-window.ts';
import type { Booking, BookingStateChange, PriceSegment } from './booking.ts';
import { turnaroundFrom, TURNAROUND_SAMPLES_MAX } from './turnaround.ts';

export interface BookingsServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly currency: Currency;
  readonly feeBasisPoints: number;
}

export interface Quote {
  readonly range: TimeRange;
  readonly pricePerHour: AmountMicros;
  readonly currency: Currency;
  /** The exact maximum: no fee is ever added on top. */
  readonly maximum: AmountMicros;
  readonly turnaroundMs: number;
  readonly cancellationPolicy: CancellationPolicy;
  readonly wipePlan: readonly WipeStrategyKind[];
}

export interface ExtensionQuote {
  readonly newEnd: Instant;
  readonly pricePerHour: AmountMicros;
  readonly currency: Currency;
  readonly additional: AmountMicros;
  readonly maximum: AmountMicros;
}

/** A renter's stretches of time: quote, book, extend, end, cancel. */
export class BookingsService {
  readonly #options: BookingsServiceOptions;
  readonly #ledger: BookingLedger;
  readonly #ending: BookingEnding;

  constructor(options: BookingsServiceOptions) {
    this.#options = options;
    this.#ledger = new BookingLedger(options);
    this.#ending = new BookingEnding({ ...options, ledger: this.#ledger });
  }

  /** The exact maximum of a window, before anything is moved. @throws DomainError invalid_window, listing_not_bookable */
  async quote(
    actor: Actor,
    input: { listingId: ListingId; start: Instant | null; durationMs: number },
  ): Promise<Quote> {
    const { clock, uow } = this.#options;
    const { listing, machine, turnaroundMs } = await this.#offer(uow.reads, actor, input.listingId);
    const range = resolveWindow(input, listing, clock.now());
    return {
      range,
      pricePerHour: listing.pricePerHour,
      currency: listing.currency,
      maximum: quoteAmount([{ ...range, pricePerHour: listing.pricePerHour }]),
      turnaroundMs,
      cancellationPolicy: listing.cancellationPolicy,
      wipePlan: wipePlanFor(machine.accessMode, listing.extraWipeStrategies),
    };
  }

  /**
   * Books a window and holds its maximum. The exclusion constraint is the judge of overlaps.
   * @param input.acceptedMaximum the maximum the renter saw: a price that rose meanwhile is refused
   * @throws DomainError window_taken, insufficient_funds, own_machine, listing_not_bookable, invalid_window, conflict
   */
  async create(
    actor: Actor,
    input: {
      idempotencyKey: string;
      listingId: ListingId;
      start: Instant | null;
      durationMs: number;
      sshKeyIds: readonly SshKeyId[];
      canaryConsent: boolean;
      acceptedMaximum: AmountMicros | null;
    },
  ): Promise<Booking> {
    return this.#options.uow.run(async (tx) => {
      const claim = { userId: actor.userId, operation: 'bookings.create', key: input.idempotencyKey };
      const text = canonicalInput(input);
      const earlier = await tx.idempotency.claim({ ...claim, input: text });
      if (earlier.kind === 'answered') return findBooking(tx, bookingIdSchema.parse(earlier.answer));
      const booking = await this.#newBooking(tx, actor, input);
      await this.#place(tx, booking);
      await tx.idempotency.answer({ ...claim, answer: booking.id });
      return booking;
    });
  }

  /** A booking as its renter, its provider or an admin may see it; an admin's look is written to the audit log. */
  async get(actor: Actor, input: { id: BookingId }): Promise<BookingDetail> {
    return viewBooking(this.#options, actor, input.id);
  }

  async list(actor: Actor, input: PageRequest): Promise<Page<Booking>> {
    return this.#options.uow.reads.bookings.listByRenter(actor.userId, input);
  }

  async listAsProvider(actor: Actor, input: PageRequest): Promise<Page<Booking>> {
    return this.#options.uow.reads.bookings.listByProvider(actor.userId, input);
  }

  async history(actor: Actor, input: { id: BookingId }): Promise<readonly BookingStateChange[]> {
    await viewBooking(this.#options, actor, input.id);
    return this.#options.uow.reads.bookings.listStateChanges(input.id);
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
    return (await this.#extension(this.#options.uow.reads, booking, input.newEnd)).quote;
  }

  /** @throws DomainError window_taken, insufficient_funds, invalid_window, wrong_state */
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
      const { quote, segment } = await this.#extension(tx, booking, input.newEnd);
      assertAccepted(quote.additional, input.acceptedAdditional, quote.currency, 'acceptedAdditional');
      await tx.bookings.extend(booking.id, {
        expected: booking.status,
        segment,
        end: input.newEnd,
        holdAmount: quote.maximum,
      });
      await tx.occupancies.moveEndForBooking(booking.id, plusMs(input.newEnd, booking.turnaroundMs));
      await this.#ledger.hold(tx, booking, quote.additional, booking.priceSegments.length);
      const extended: Booking = {
        ...booking,
        end: input.newEnd,
        holdAmount: quote.maximum,
        priceSegments: [...booking.priceSegments, segment],
      };
      scheduleEnd(tx, extended, this.#options.clock.now());
      const moveDeadline = { name: 'booking.move_deadline', key: `booking:${booking.id}:move_deadline` } as const;
      if (booking.status === 'active') tx.jobs.add({ ...moveDeadline, payload: { bookingId: booking.id } });
      tellBoth(tx, extended, 'booking_extended', 'The booking was extended.');
      await tx.idempotency.answer({ ...claim, answer: booking.id });
      return extended;
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

  async #offer(
    reads: Pick<Reads, 'listings' | 'machines' | 'benchmarks' | 'dataWipes'>,
    actor: Actor,
    listingId: ListingId,
  ): Promise<{ listing: Listing; machine: Machine; turnaroundMs: number }> {
    const listing = await reads.listings.findById(listingId);
    const machine = listing === null ? null : await reads.machines.findById(listing.machineId);
    if (listing === null || machine === null) throw notFound('listing');
    if (listing.status !== 'active') {
      throw new DomainError('listing_not_bookable', `This listing is ${listing.status}.`, {
        field: 'listingId',
        remedy: 'Choose another listing.',
      });
    }
    if (listing.providerId === actor.userId) {
      throw new DomainError('own_machine', 'You cannot book your own machine.', {
        field: 'listingId',
        remedy: 'Block the time in its calendar instead.',
      });
    }
    assertListable(machine, await reads.benchmarks.listLatest(machine.id));
    const durations = await reads.dataWipes.listDurationsMs(machine.id, TURNAROUND_SAMPLES_MAX);
    return { listing, machine, turnaroundMs: turnaroundFrom(durations) };
  }

  async #newBooking(tx: Tx, actor: Actor, input: Parameters<BookingsService['create']>[1]): Promise<Booking> {
    const { clock, feeBasisPoints, ids } = this.#options;
    const now = clock.now();
    const { listing, machine, turnaroundMs } = await this.#offer(tx, actor, input.listingId);
    const range = resolveWindow(input, listing, now);
    const priceSegments = [{ ...range, pricePerHour: listing.pricePerHour }];
    const holdAmount = quoteAmount(priceSegments);
    assertAccepted(holdAmount, input.acceptedMaximum, listing.currency, 'acceptedMaximum');
    const keys = await tx.sshKeys.findByIds(actor.userId, input.sshKeyIds);
    if (keys.length === 0 || keys.length !== new Set(input.sshKeyIds).size) {
      throw new DomainError('invalid_input', 'Choose at least one of your SSH keys.', {
        field: 'sshKeyIds',
        remedy: 'Add a public key under "SSH keys" first.',
      });
    }
    return {
      id: newId(ids, bookingIdSchema),
      listingId: listing.id,
      machineId: machine.id,
      unitId: listing.unitId,
      renterId: actor.userId,
      providerId: listing.providerId,
      start: range.start,
      end: range.end,
      turnaroundMs,
      status: 'scheduled',
      statusReason: null,
      statusChangedAt: now,
      endReason: null,
      accessMode: machine.accessMode,
      priceSegments,
      currency: listing.currency,
      feeBasisPoints,
      cancellationPolicy: listing.cancellationPolicy,
      holdAmount,
      chargedAmount: null,
      releasedAmount: null,
      readyAt: null,
      accessEndedAt: null,
      cancelRequestedAt: null,
      endRequestedAt: null,
      endRequestedBy: null,
      deadlineAt: null,
      canaryConsent: input.canaryConsent,
      publicKeys: keys.map((key) => key.publicKey),
      createdAt: now,
    };
  }

  /** Calendar, booking, ledger, events, jobs: the lock order of every transaction. */
  async #place(tx: Tx, booking: Booking): Promise<void> {
    await tx.occupancies.lockCalendar(booking.unitId);
    await tx.bookings.insert(booking);
    await tx.occupancies.insertForBooking({
      id: newId(this.#options.ids, occupancyIdSchema),
      unitId: booking.unitId,
      bookingId: booking.id,
      range: { start: booking.start, end: plusMs(booking.end, booking.turnaroundMs) },
    });
    await this.#ledger.hold(tx, booking, booking.holdAmount, 0);
    tellBoth(tx, booking, 'booking_scheduled', 'The booking is made and its maximum is set aside.');
    tx.jobs.add({
      name: 'booking.provision',
      payload: { bookingId: booking.id },
      key: `booking:${booking.id}:provision`,
      runAt: booking.start,
    });
  }

  async #rentersBooking(reads: Pick<Reads, 'bookings'>, actor: Actor, id: BookingId): Promise<Booking> {
    const booking = await reads.bookings.findById(id);
    if (booking?.renterId !== actor.userId) throw notFound('booking');
    return booking;
  }

  async #extension(
    reads: Pick<Reads, 'listings'>,
    booking: Booking,
    newEnd: Instant,
  ): Promise<{ quote: ExtensionQuote; segment: PriceSegment }> {
    const isLive = booking.status === 'scheduled' || booking.status === 'provisioning' || booking.status === 'active';
    if (!isLive || booking.endRequestedAt !== null || booking.cancelRequestedAt !== null) {
      throw new DomainError('wrong_state', 'This booking is ending or has ended.', {
        remedy: 'Book the listing again.',
      });
    }
    const listing = await reads.listings.findById(booking.listingId);
    if (listing === null) throw notFound('listing');
    if (listing.status !== 'active') {
      throw new DomainError('listing_not_bookable', `This listing is ${listing.status}: it can't be extended.`, {
        remedy: 'Take your data home before the end.',
      });
    }
    const segment = {
      ...resolveExtension(booking, newEnd, listing, this.#options.clock.now()),
      pricePerHour: listing.pricePerHour,
    };
    const maximum = quoteAmount([...booking.priceSegments, segment]);
    return {
      segment,
      quote: {
        newEnd,
        pricePerHour: listing.pricePerHour,
        currency: booking.currency,
        additional: minusMicros(maximum, booking.holdAmount),
        maximum,
      },
    };
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

function assertAccepted(
  actual: AmountMicros,
  accepted: AmountMicros | null,
  currency: Currency,
  field: 'acceptedMaximum' | 'acceptedAdditional',
): void {
  if (accepted === null || actual <= accepted) return;
  throw new DomainError('conflict', `The price rose: it is ${formatMicros(actual, currency)} now.`, {
    field,
    remedy: 'Look at the new quote and decide again.',
  });
}

function canonicalInput(input: Parameters<BookingsService['create']>[1]): string {
  return JSON.stringify([
    input.listingId,
    input.start,
    input.durationMs,
    input.sshKeyIds.toSorted(),
    input.canaryConsent,
    input.acceptedMaximum?.toString() ?? null,
  ]);
}
