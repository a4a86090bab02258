import type { IdSource } from '../common/ids.ts';
import { ledgerTransferIdSchema, newId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import { amountMicros, formatMicros, minusMicros } from '../common/money.ts';
import type { EarningsLedger } from '../earnings/earnings-ledger.ts';
import { chargeReturnedTransfer, chargeTransfer, holdTransfer, releaseTransfer } from '../ledger/booking-transfers.ts';
import { afterMoneyLeft } from '../payments/payment-ledger.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import { tellBoth } from './booking-news.ts';
import { feeOf } from './booking-price.ts';
import type { Booking } from './booking.ts';
import type { Settlement } from './settlement.ts';

/** Moves a booking's money, always inside the caller's transaction. */
export class BookingLedger {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #earnings: EarningsLedger;

  constructor(options: { readonly clock: Clock; readonly ids: IdSource; readonly earnings: EarningsLedger }) {
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#earnings = options.earnings;
  }

  /** @param part 0 for the booking itself, then one for each extension. @throws DomainError insufficient_funds */
  async hold(tx: Tx, booking: Booking, amount: AmountMicros, part: number): Promise<void> {
    if (amount === 0n) return;
    await tx.ledger.post(holdTransfer(this.#transferId(), partiesOf(booking), amount, part, this.#clock.now()));
    tx.events.add({
      audience: booking.renterId,
      kind: 'wallet_changed',
      subject: 'booking',
      subjectId: booking.id,
      text: `${formatMicros(amount, booking.currency)} were set aside for a booking.`,
    });
    await afterMoneyLeft(tx, booking.renterId, this.#clock.now());
  }

  /**
   * Charges one more whole week of a booking that runs. The week before it is earned by that; the latest one always waits
   * for the clean-up.
   * @param cost what the use costs up to the end of that week, all weeks together; says and does nothing when it was charged
   */
  async settleWeek(tx: Tx, booking: Booking, cost: AmountMicros): Promise<void> {
    // Minutes can still be found to have been down, so the sum of all weeks may fall; what is charged stays until the end.
    const settledAmount = cost > booking.settledAmount ? cost : booking.settledAmount;
    const expectedWeeks = booking.settledWeeks;
    if (!(await tx.bookings.settleWeek(booking.id, { expectedWeeks, settledAmount }))) return;
    await this.#charge(tx, booking, settledAmount, `Week ${String(expectedWeeks + 1)} of this booking.`);
    await this.#earnings.earn(tx, booking.id, { beforePart: expectedWeeks });
    const charged = formatMicros(minusMicros(settledAmount, booking.settledAmount), booking.currency);
    tellBoth(tx, booking, 'booking_charged', `${charged} were charged for a week of this booking.`);
  }

  /** Divides the hold once; a second call does nothing and says so. */
  async settle(tx: Tx, booking: Booking, settlement: Settlement): Promise<boolean> {
    const isFirst = await tx.bookings.settle(booking.id, {
      chargedAmount: settlement.charged,
      releasedAmount: settlement.released,
    });
    if (!isFirst) return false;
    const explanation = settlement.explanation.join(' ');
    if (settlement.charged >= booking.settledAmount) {
      // The release first: it waits for the renter's wallet only, while all bookings of a provider wait for his account in turn.
      await this.#release(tx, booking, settlement);
      await this.#charge(tx, booking, settlement.charged, explanation);
    } else {
      await this.#returnCharge(tx, booking, settlement.charged, explanation);
      await this.#release(tx, booking, settlement);
    }
    const charged = formatMicros(settlement.charged, booking.currency);
    const released = formatMicros(settlement.released, booking.currency);
    tellBoth(tx, booking, 'booking_charged', `${charged} were charged and ${released} of the maximum go back.`);
    return true;
  }

  /** Nothing is left to clean up: the provider's share is earned. Doing it twice moves nothing. */
  async earn(tx: Tx, booking: Booking): Promise<void> {
    await this.#earnings.earn(tx, booking.id);
  }

  async #release(tx: Tx, booking: Booking, settlement: Settlement): Promise<void> {
    if (settlement.released === 0n) return;
    await tx.ledger.post(releaseTransfer(this.#transferId(), partiesOf(booking), settlement, this.#clock.now()));
  }

  /** Brings the charge up to `total`. The parts of share and fee sum to those of one charge of the whole. */
  async #charge(tx: Tx, booking: Booking, total: AmountMicros, explanation: string): Promise<void> {
    const now = divisionOf(total, booking);
    const before = divisionOf(booking.settledAmount, booking);
    const share = minusMicros(now.share, before.share);
    const fee = minusMicros(now.fee, before.fee);
    if (share + fee === 0n) return;
    const part = booking.settledWeeks;
    const charge = { part, share, fee, explanation };
    await this.#earnings.note(tx, booking, part, share);
    await tx.ledger.post(chargeTransfer(this.#transferId(), partiesOf(booking), charge, this.#clock.now()));
  }

  /** Brings the charge down to `total`: the latest week is held back until the clean-up, so the money is there. */
  async #returnCharge(tx: Tx, booking: Booking, total: AmountMicros, explanation: string): Promise<void> {
    const now = divisionOf(total, booking);
    const before = divisionOf(booking.settledAmount, booking);
    const share = await this.#earnings.takeBack(tx, { booking, amount: minusMicros(before.share, now.share) });
    const returned = { share, fee: minusMicros(before.fee, now.fee), explanation };
    await tx.ledger.post(chargeReturnedTransfer(this.#transferId(), partiesOf(booking), returned, this.#clock.now()));
  }

  #transferId() {
    return newId(this.#ids, ledgerTransferIdSchema);
  }
}

function divisionOf(
  charged: AmountMicros,
  booking: Booking,
): { readonly share: AmountMicros; readonly fee: AmountMicros } {
  const fee = charged === 0n ? amountMicros(0n) : feeOf(charged, booking.feeBasisPoints);
  return { share: minusMicros(charged, fee), fee };
}

function partiesOf(booking: Booking): Parameters<typeof holdTransfer>[1] {
  return {
    bookingId: booking.id,
    renterId: booking.renterId,
    providerId: booking.providerId,
    currency: booking.currency,
  };
}
