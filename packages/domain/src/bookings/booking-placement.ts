import { chooseImage } from '../access/choose-image.ts';
import type { ChosenImage, ContainerImage } from '../access/container-image.ts';
import type { Benchmark } from '../benchmarks/benchmark.ts';
import { DomainError, notFound } from '../common/domain-error.ts';
import type { IdSource, ListingId, SshKeyId } from '../common/ids.ts';
import { bookingIdSchema, newId, occupancyIdSchema } from '../common/ids.ts';
import type { Clock, Instant, TimeRange } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import { namingField } from '../common/naming-field.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { ZERO_MICROS } from '../common/money.ts';
import { wipePlanFor } from '../data-wipes/wipe-plan.ts';
import { assertNoRenterDebt } from '../debts/require-no-debt.ts';
import type { WipeStrategyKind } from '../data-wipes/data-wipe.ts';
import type { IncludedTax, Tax } from '../documents/tax.ts';
import { includedTax } from '../documents/tax.ts';
import type { CancellationPolicy, Listing } from '../listings/listing.ts';
import { assertListable } from '../listings/listings-service.ts';
import type { Machine } from '../machines/machine.ts';
import type { SpendingGuard } from '../spending/spending-guard.ts';
import type { Reads, Tx } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import { assertAccepted } from './accepted-price.ts';
import type { BookingLedger } from './booking-ledger.ts';
import { tellBoth } from './booking-news.ts';
import { quoteAmount } from './booking-price.ts';
import { resolveWindow } from './booking-window.ts';
import type { Booking } from './booking.ts';
import { TURNAROUND_SAMPLES_MAX, turnaroundFrom } from './turnaround.ts';

export interface Quote {
  readonly range: TimeRange;
  readonly pricePerHour: AmountMicros;
  readonly currency: Currency;
  /** The exact maximum: no fee is ever added on top. */
  readonly maximum: AmountMicros;
  /** The tax that the maximum includes. */
  readonly tax: IncludedTax;
  readonly turnaroundMs: number;
  readonly cancellationPolicy: CancellationPolicy;
  readonly wipePlan: readonly WipeStrategyKind[];
  /** What the container will be made from; null for accounts. */
  readonly containerImage: ChosenImage | null;
}

/** What a quote is asked for. */
export interface QuoteInput {
  readonly listingId: ListingId;
  readonly start: Instant | null;
  readonly durationMs: number;
  /** The reference of one of the operator's images; the first of them when null. */
  readonly containerImage: string | null;
}

export interface PlacementInput extends QuoteInput {
  readonly sshKeyIds: readonly SshKeyId[];
  readonly canaryConsent: boolean;
  /** The maximum the renter saw: a price that rose meanwhile is refused. */
  readonly acceptedMaximum: AmountMicros | null;
}

interface PlacementOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly feeBasisPoints: number;
  readonly tax: Tax;
  readonly containerImages: readonly ContainerImage[];
  readonly ledger: BookingLedger;
  readonly spending: SpendingGuard;
}

/** Quoting and placing bookings. */
export class BookingPlacement {
  readonly #options: PlacementOptions;

  constructor(options: PlacementOptions) {
    this.#options = options;
  }

  /** @throws DomainError invalid_window, invalid_input (containerImage), listing_not_bookable, own_machine */
  async quote(reads: OfferReads, actor: Actor, input: QuoteInput): Promise<Quote> {
    const { listing, machine, turnaroundMs } = await offerOf(reads, actor, input.listingId);
    const range = resolveWindow(input, listing, this.#options.clock.now());
    const maximum = quoteAmount([{ ...range, pricePerHour: listing.pricePerHour }]);
    return {
      range,
      pricePerHour: listing.pricePerHour,
      currency: listing.currency,
      maximum,
      tax: includedTax(maximum, this.#options.tax),
      turnaroundMs,
      cancellationPolicy: listing.cancellationPolicy,
      wipePlan: wipePlanFor(machine.accessMode, listing.extraWipeStrategies),
      containerImage: await this.#imageOf(reads, machine, input.containerImage),
    };
  }

  async #imageOf(
    reads: Pick<OfferReads, 'machineSoftware'>,
    machine: Machine,
    wanted: string | null,
  ): Promise<ChosenImage | null> {
    const software = machine.accessMode === 'container' ? await reads.machineSoftware.find(machine.id) : null;
    return chooseImage(this.#options.containerImages, machine, software?.images ?? null, wanted);
  }

  async #newBooking(tx: Tx, actor: Actor, input: PlacementInput): Promise<Booking> {
    const { clock, feeBasisPoints, ids } = this.#options;
    const now = clock.now();
    const { listing, machine, turnaroundMs } = await offerOf(tx, actor, input.listingId);
    const range = resolveWindow(input, listing, now);
    const priceSegments = [{ ...range, pricePerHour: listing.pricePerHour }];
    const holdAmount = quoteAmount(priceSegments);
    assertAccepted({
      actual: holdAmount,
      accepted: input.acceptedMaximum,
      currency: listing.currency,
      field: 'acceptedMaximum',
    });
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
      containerImage: await this.#imageOf(tx, machine, input.containerImage),
      priceSegments,
      currency: listing.currency,
      feeBasisPoints,
      cancellationPolicy: listing.cancellationPolicy,
      holdAmount,
      settledAmount: ZERO_MICROS,
      settledWeeks: 0,
      chargedAmount: null,
      releasedAmount: null,
      readyAt: null,
      accessEndedAt: null,
      cancelRequestedAt: null,
      endRequestedAt: null,
      endRequestedBy: null,
      deadlineAt: null,
      canaryConsent: input.canaryConsent,
      autoExtend: null,
      publicKeys: keys.map((key) => key.publicKey),
      createdAt: now,
    };
  }

  /** Calendar, booking, ledger, events, jobs: the lock order of every transaction. */
  async place(tx: Tx, actor: Actor, input: PlacementInput): Promise<Booking> {
    await assertNoRenterDebt(tx, actor.userId);
    const booking = await this.#newBooking(tx, actor, input);
    await tx.occupancies.lockCalendar(booking.unitId);
    await tx.bookings.insert(booking);
    const occupancy = {
      id: newId(this.#options.ids, occupancyIdSchema),
      unitId: booking.unitId,
      bookingId: booking.id,
      range: { start: booking.start, end: plusMs(booking.end, booking.turnaroundMs) },
    };
    await namingField('window_taken', { field: 'start' }, tx.occupancies.insertForBooking(occupancy));
    await this.#options.ledger.hold(tx, booking, booking.holdAmount, 0);
    await this.#options.spending.assertWithin(tx, booking.renterId, booking.holdAmount);
    tellBoth(tx, booking, 'booking_scheduled', 'The booking is made and its maximum is set aside.');
    tx.jobs.add({
      name: 'booking.provision',
      payload: { bookingId: booking.id },
      key: `booking:${booking.id}:provision`,
      runAt: booking.start,
    });
    return booking;
  }
}

type OfferReads = Pick<Reads, 'listings' | 'machines' | 'machineSoftware' | 'benchmarks' | 'dataWipes'>;

/** A listing that the actor may book now, with its machine and the clean-up time it needs. */
async function offerOf(
  reads: OfferReads,
  actor: Actor,
  listingId: ListingId,
): Promise<{ listing: Listing; machine: Machine; turnaroundMs: number }> {
  const listing = await reads.listings.findById(listingId);
  const machine = listing === null ? null : await reads.machines.findById(listing.machineId);
  if (listing === null || machine === null) throw notFound('listing');
  // A draft was never shown to anybody else: it looks the same as none.
  if (listing.status === 'draft' && listing.providerId !== actor.userId) throw notFound('listing');
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
  assertBookable(machine, await reads.benchmarks.listLatest(machine.id));
  const durations = await reads.dataWipes.listDurationsMs(machine.id, TURNAROUND_SAMPLES_MAX);
  return { listing, machine, turnaroundMs: turnaroundFrom(durations) };
}

/** What keeps a machine off the market is for its provider to mend; a renter can only look elsewhere. */
function assertBookable(machine: Machine, latest: readonly Benchmark[]): void {
  try {
    assertListable(machine, latest);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError(error.code, error.message, {
      field: 'listingId',
      remedy: 'Choose another listing, or try again later.',
      cause: error,
    });
  }
}
