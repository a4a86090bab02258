import { DomainError } from '../common/domain-error.ts';
import type { Clock, Instant } from '../common/instant.ts';
import { MINUTE_MS, plusMs } from '../common/instant.ts';
import { formatMicros } from '../common/money.ts';
import { namingField } from '../common/naming-field.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { BookingExtension } from './booking-extension.ts';
import { scheduleAutoExtension, tellRenter } from './booking-news.ts';
import { durationText } from './booking-window.ts';
import type { AutoExtend, Booking } from './booking.ts';
import { AUTO_EXTEND_LEAD_MS, isLive } from './booking.ts';

/** Makes bookings longer by themselves, as their renters wish it. All methods run in the caller's transaction. */
export class AutoExtension {
  readonly #clock: Clock;
  readonly #extension: BookingExtension;

  constructor(options: { readonly clock: Clock; readonly extension: BookingExtension }) {
    this.#clock = options.clock;
    this.#extension = options.extension;
  }

  /**
   * Notes the wish. The first step must be possible as things are now, but for the calendar, which may change until then.
   * @throws DomainError wrong_state, invalid_window, invalid_amount, listing_not_bookable
   */
  async set(tx: Tx, booking: Booking, wish: AutoExtend): Promise<Booking> {
    const quote = await namingField(
      'invalid_window',
      { field: 'stepMs', remedy: 'Choose a shorter step.' },
      this.#extension.quote(tx, booking, plusMs(booking.end, wish.stepMs)),
    );
    if (quote.maximum > wish.maximum) {
      const needed = formatMicros(quote.maximum, booking.currency);
      throw new DomainError('invalid_amount', `The first step raises the maximum to ${needed}, above this limit.`, {
        field: 'maximum',
        remedy: 'Choose a higher limit or a shorter step.',
      });
    }
    await tx.bookings.setAutoExtend(booking.id, wish);
    const changed = { ...booking, autoExtend: wish };
    scheduleAutoExtension(tx, changed, this.#clock.now());
    return changed;
  }

  /** Takes the wish back; doing it twice is harmless. */
  async clear(tx: Tx, booking: Booking): Promise<Booking> {
    if (booking.autoExtend === null) return booking;
    await tx.bookings.setAutoExtend(booking.id, null);
    return { ...booking, autoExtend: null };
  }

  /**
   * Extends by one step when it is time, and does nothing otherwise. The end that it began with has moved then, so that a
   * second call finds nothing to do.
   * @throws DomainError when the step can't be made; then nothing has changed
   */
  async extend(tx: Tx, booking: Booking): Promise<void> {
    const wish = booking.autoExtend;
    if (wish === null || !isDueForAutoExtension(booking, this.#clock.now())) return;
    const newEnd = plusMs(booking.end, wish.stepMs);
    const quote = await this.#extension.quote(tx, booking, newEnd);
    if (quote.maximum > wish.maximum) {
      const needed = formatMicros(quote.maximum, booking.currency);
      const limit = formatMicros(wish.maximum, booking.currency);
      throw new DomainError(
        'limit_reached',
        `The next step would raise the maximum to ${needed}, above your limit of ${limit}.`,
      );
    }
    const text = `The booking was extended by itself, by ${durationText(wish.stepMs)}.`;
    await this.#extension.extend(tx, booking, { newEnd, acceptedAdditional: quote.additional, text });
  }

  /** Ends the wish and tells the renter why, unless something changed since the step was tried. */
  async stop(tx: Tx, booking: Booking, tried: { readonly end: Instant; readonly reason: string }): Promise<void> {
    if (booking.autoExtend === null || booking.end !== tried.end || booking.status !== 'active') return;
    await tx.bookings.setAutoExtend(booking.id, null);
    tellRenter(tx, booking, 'booking_auto_extend_stopped', `Automatic extension has stopped: ${tried.reason}`);
  }
}

/** Whether a booking is to get longer by itself now. Who asked to end it does not want it longer. */
export function isDueForAutoExtension(booking: Booking, now: Instant): boolean {
  const isWanted = booking.autoExtend !== null && booking.endRequestedAt === null && booking.cancelRequestedAt === null;
  return isWanted && booking.status === 'active' && now < booking.end && booking.end - now <= AUTO_EXTEND_LEAD_MS;
}

/** Whether it may still become due: access may begin later than the moment at which it would have been extended. */
export function awaitsAutoExtension(booking: Booking, now: Instant): boolean {
  return booking.autoExtend !== null && isLive(booking.status) && booking.status !== 'active' && now < booking.end;
}

/** What is waited with until access works, when less than the lead is left by then. */
export const AUTO_EXTEND_RETRY_MS = MINUTE_MS / 2;
