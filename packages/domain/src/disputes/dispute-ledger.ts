import type { Booking } from '../bookings/booking.ts';
import type { IdSource } from '../common/ids.ts';
import { ledgerTransferIdSchema, newId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import { ZERO_MICROS, formatMicros } from '../common/money.ts';
import type { EarningsLedger } from '../earnings/earnings-ledger.ts';
import { HELD_EARNINGS_MAX } from '../earnings/earnings-ledger.ts';
import { disputeRefundTransfer } from '../ledger/dispute-transfers.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import { refundParts } from './dispute-refund.ts';
import type { Dispute } from './dispute.ts';

/** Holds and moves the money of a disputed booking, always inside the caller's transaction, with the booking locked. */
export class DisputeLedger {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #earnings: EarningsLedger;

  constructor(options: { readonly clock: Clock; readonly ids: IdSource; readonly earnings: EarningsLedger }) {
    this.#clock = options.clock;
    this.#ids = options.ids;
    this.#earnings = options.earnings;
  }

  /** Holds back what the booking earned and the provider does not have yet. */
  async hold(tx: Tx, bookingId: Booking['id']): Promise<void> {
    // Locked first, in order of id as everywhere: a release that runs now is waited for, and sees the dispute afterwards.
    await tx.earnings.lockByBooking(bookingId);
    await tx.earnings.setDisputed(bookingId, this.#clock.now());
  }

  /** The dispute is over: what no other reason holds back is the provider's now. */
  async free(tx: Tx, bookingId: Booking['id']): Promise<void> {
    await tx.earnings.lockByBooking(bookingId);
    await tx.earnings.setDisputed(bookingId, null);
    for (const earning of await tx.earnings.lockByBooking(bookingId)) await this.#earnings.release(tx, earning);
  }

  /**
   * Gives a part of the charge back to the renter, in one transfer.
   * @param refunded what earlier disputes about the same booking gave back
   */
  async refund(
    tx: Tx,
    dispute: Dispute,
    booking: Booking,
    refund: { readonly amount: AmountMicros; readonly refunded: AmountMicros; readonly reason: string },
  ): Promise<void> {
    const { amount, refunded, reason } = refund;
    if (amount === 0n) return;
    const chargedAmount = booking.chargedAmount ?? ZERO_MICROS;
    const parts = refundParts({ ...booking, chargedAmount }, refunded, amount);
    // Earnings, debts, accounts: the order of every transaction. What is freed afterwards may repay debts.
    await tx.earnings.lockHeld(booking.providerId, HELD_EARNINGS_MAX);
    await tx.debts.lockOpen(booking.providerId, 'provider');
    const share = await this.#earnings.takeBack(tx, { booking, amount: parts.share });
    const id = newId(this.#ids, ledgerTransferIdSchema);
    const explanation = `Given back after a dispute: ${reason}`;
    const moved = { amount, fee: parts.fee, share, explanation };
    await tx.ledger.post(disputeRefundTransfer(id, dispute, moved, this.#clock.now()));
    tx.events.add({
      audience: booking.renterId,
      kind: 'wallet_changed',
      subject: 'booking',
      subjectId: booking.id,
      text: `${formatMicros(amount, booking.currency)} came back after a dispute.`,
    });
  }
}
