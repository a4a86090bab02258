import type { IdSource } from '../common/ids.ts';
import { ledgerTransferIdSchema, newId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import { formatMicros, minusMicros } from '../common/money.ts';
import { earningAvailableTransfer, holdTransfer, settlementTransfers } from '../ledger/booking-transfers.ts';
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

  constructor(options: { readonly clock: Clock; readonly ids: IdSource }) {
    this.#clock = options.clock;
    this.#ids = options.ids;
  }

  /** @param part 0 for the booking itself, then one for each extension. @throws DomainError insufficient_funds */
  async hold(tx: Tx, booking: Booking, amount: AmountMicros, part: number): Promise<void> {
    if (amount === 0n) return;
    const id = newId(this.#ids, ledgerTransferIdSchema);
    await tx.ledger.post(holdTransfer(id, partiesOf(booking), amount, part, this.#clock.now()));
    tx.events.add({
      audience: booking.renterId,
      kind: 'wallet_changed',
      subject: 'booking',
      subjectId: booking.id,
      text: `${formatMicros(amount, booking.currency)} were set aside for a booking.`,
    });
    await afterMoneyLeft(tx, booking.renterId, this.#clock.now());
  }

  /** Divides the hold once; a second call does nothing and says so. */
  async settle(tx: Tx, booking: Booking, settlement: Settlement): Promise<boolean> {
    const isFirst = await tx.bookings.settle(booking.id, {
      chargedAmount: settlement.charged,
      releasedAmount: settlement.released,
    });
    if (!isFirst) return false;
    const ids = {
      charge: newId(this.#ids, ledgerTransferIdSchema),
      release: newId(this.#ids, ledgerTransferIdSchema),
    };
    for (const transfer of settlementTransfers(ids, partiesOf(booking), settlement, this.#clock.now())) {
      await tx.ledger.post(transfer);
    }
    const charged = formatMicros(settlement.charged, booking.currency);
    const released = formatMicros(settlement.released, booking.currency);
    tellBoth(tx, booking, 'booking_charged', `${charged} were charged and ${released} of the maximum go back.`);
    return true;
  }

  /** The provider's share becomes his. Posting it twice moves nothing. */
  async makeAvailable(tx: Tx, booking: Booking): Promise<void> {
    const charged = booking.chargedAmount;
    if (charged === null || charged === 0n) return;
    const share = minusMicros(charged, feeOf(charged, booking.feeBasisPoints));
    if (share === 0n) return;
    const id = newId(this.#ids, ledgerTransferIdSchema);
    await tx.ledger.post(earningAvailableTransfer(id, partiesOf(booking), share, this.#clock.now()));
    tx.events.add({
      audience: booking.providerId,
      kind: 'earnings_changed',
      subject: 'booking',
      subjectId: booking.id,
      text: `${formatMicros(share, booking.currency)} of a booking are yours now.`,
    });
  }
}

function partiesOf(booking: Booking): Parameters<typeof holdTransfer>[1] {
  return {
    bookingId: booking.id,
    renterId: booking.renterId,
    providerId: booking.providerId,
    currency: booking.currency,
  };
}
