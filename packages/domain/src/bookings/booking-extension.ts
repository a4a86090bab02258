import { DomainError, notFound } from '../common/domain-error.ts';
import type { Clock, Instant } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import { namingField } from '../common/naming-field.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { amountMicros } from '../common/money.ts';
import type { SpendingGuard } from '../spending/spending-guard.ts';
import { assertNoRenterDebt } from '../debts/require-no-debt.ts';
import type { Reads, Tx } from '../unit-of-work/unit-of-work.ts';
import { assertAccepted } from './accepted-price.ts';
import type { BookingLedger } from './booking-ledger.ts';
import { scheduleEnd, tellBoth } from './booking-news.ts';
import { extensionAmount } from './booking-price.ts';
import { resolveExtension } from './booking-window.ts';
import type { Booking, PriceSegment } from './booking.ts';
import { isLive } from './booking.ts';

export interface ExtensionQuote {
  readonly newEnd: Instant;
  readonly pricePerHour: AmountMicros;
  readonly currency: Currency;
  readonly additional: AmountMicros;
  readonly maximum: AmountMicros;
}

/** Making bookings longer while the time after them is free. */
export class BookingExtension {
  readonly #clock: Clock;
  readonly #ledger: BookingLedger;
  readonly #spending: SpendingGuard;

  constructor(options: { readonly clock: Clock; readonly ledger: BookingLedger; readonly spending: SpendingGuard }) {
    this.#clock = options.clock;
    this.#ledger = options.ledger;
    this.#spending = options.spending;
  }

  /** @throws DomainError wrong_state, listing_not_bookable, invalid_window */
  async quote(reads: Pick<Reads, 'listings'>, booking: Booking, newEnd: Instant): Promise<ExtensionQuote> {
    return (await this.#plan(reads, booking, newEnd)).quote;
  }

  /** Runs in the caller's transaction, with the calendar and the booking locked. @throws DomainError window_taken, conflict, limit_reached */
  async extend(
    tx: Tx,
    booking: Booking,
    input: { readonly newEnd: Instant; readonly acceptedAdditional: AmountMicros | null; readonly text?: string },
  ): Promise<Booking> {
    await assertNoRenterDebt(tx, booking.renterId);
    const { quote, segment } = await this.#plan(tx, booking, input.newEnd);
    const { additional: actual, currency } = quote;
    assertAccepted({ actual, accepted: input.acceptedAdditional, currency, field: 'acceptedAdditional' });
    await tx.bookings.extend(booking.id, {
      expected: booking.status,
      segment,
      end: input.newEnd,
      holdAmount: quote.maximum,
    });
    const occupiedUntil = plusMs(input.newEnd, booking.turnaroundMs);
    const remedy = 'Choose an earlier end.';
    await namingField(
      'window_taken',
      { field: 'newEnd', remedy },
      tx.occupancies.moveEndForBooking(booking.id, occupiedUntil),
    );
    await this.#ledger.hold(tx, booking, quote.additional, booking.priceSegments.length);
    await this.#spending.assertWithin(tx, booking.renterId, quote.additional);
    const extended: Booking = {
      ...booking,
      end: input.newEnd,
      holdAmount: quote.maximum,
      priceSegments: [...booking.priceSegments, segment],
    };
    scheduleEnd(tx, extended, this.#clock.now());
    const moveDeadline = { name: 'booking.move_deadline', key: `booking:${booking.id}:move_deadline` } as const;
    if (booking.status === 'active') tx.jobs.add({ ...moveDeadline, payload: { bookingId: booking.id } });
    tellBoth(tx, extended, 'booking_extended', input.text ?? 'The booking was extended.');
    return extended;
  }

  async #plan(
    reads: Pick<Reads, 'listings'>,
    booking: Booking,
    newEnd: Instant,
  ): Promise<{ quote: ExtensionQuote; segment: PriceSegment }> {
    // At its end the machine has shut the renter out by itself, even when no worker has come by yet.
    const isOver = this.#clock.now() >= booking.end;
    if (isOver || !isLive(booking.status) || booking.endRequestedAt !== null || booking.cancelRequestedAt !== null) {
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
      ...resolveExtension(booking, newEnd, listing, this.#clock.now()),
      pricePerHour: listing.pricePerHour,
    };
    const additional = extensionAmount(booking.priceSegments, segment);
    return {
      segment,
      quote: {
        newEnd,
        pricePerHour: listing.pricePerHour,
        currency: booking.currency,
        additional,
        maximum: amountMicros(booking.holdAmount + additional),
      },
    };
  }
}
