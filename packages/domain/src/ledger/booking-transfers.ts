import type { BookingId, LedgerTransferId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { amountMicros, formatMicros, negateMicros } from '../common/money.ts';
import type { Settlement } from '../bookings/settlement.ts';
import type { LedgerEntry, LedgerTransfer } from './ledger.ts';

interface Parties {
  readonly bookingId: BookingId;
  readonly renterId: UserId;
  readonly providerId: UserId;
  readonly currency: Currency;
}

/** Moves money from the renter's wallet into the booking's hold. `part` counts the extensions from 0. */
export function holdTransfer(
  id: LedgerTransferId,
  parties: Parties,
  amount: AmountMicros,
  part: number,
  at: Instant,
): LedgerTransfer {
  return {
    id,
    kind: 'hold',
    idempotencyKey: `booking:${parties.bookingId}:hold:${String(part)}`,
    bookingId: parties.bookingId,
    paymentId: null,
    explanation: `Set aside as the maximum ${part === 0 ? 'this booking' : 'of an extension'} can cost.`,
    currency: parties.currency,
    at,
    entries: [
      { account: { kind: 'wallet', userId: parties.renterId }, amount: negateMicros(amount) },
      { account: { kind: 'hold', bookingId: parties.bookingId }, amount },
    ],
  };
}

/** Which charge of a booking it is, and what it moves. */
export interface ChargePart {
  /** Counts the charges of a booking from 0. */
  readonly part: number;
  readonly share: AmountMicros;
  readonly fee: AmountMicros;
  readonly explanation: string;
}

/** What of a charge is given back: the provider's side as it was taken from him, and the platform's fee. */
export interface ReturnedCharge {
  readonly share: readonly LedgerEntry[];
  readonly fee: AmountMicros;
  readonly explanation: string;
}

/** Charges a part of the hold: the provider's share waits in `provider_pending`, the fee is the platform's. */
export function chargeTransfer(
  id: LedgerTransferId,
  parties: Parties,
  charge: ChargePart,
  at: Instant,
): LedgerTransfer {
  const amount = amountMicros(charge.share + charge.fee);
  return {
    id,
    kind: 'charge',
    idempotencyKey: `booking:${parties.bookingId}:charge:${String(charge.part)}`,
    bookingId: parties.bookingId,
    paymentId: null,
    explanation: charge.explanation,
    currency: parties.currency,
    at,
    entries: [
      { account: { kind: 'hold', bookingId: parties.bookingId }, amount: negateMicros(amount) },
      { account: { kind: 'provider_pending', userId: parties.providerId }, amount: charge.share },
      { account: { kind: 'platform_revenue' }, amount: charge.fee },
    ],
  };
}

/**
 * Puts a part of what was charged for earlier weeks back into the hold, from where it goes back to the renter: a provider who
 * ends a booking returns its last 24 hours.
 */
export function chargeReturnedTransfer(
  id: LedgerTransferId,
  parties: Parties,
  returned: ReturnedCharge,
  at: Instant,
): LedgerTransfer {
  const shareTotal = -returned.share.reduce((sum, entry) => sum + entry.amount, 0n);
  return {
    id,
    kind: 'charge_returned',
    idempotencyKey: `booking:${parties.bookingId}:charge_returned`,
    bookingId: parties.bookingId,
    paymentId: null,
    explanation: returned.explanation,
    currency: parties.currency,
    at,
    entries: [
      ...returned.share,
      { account: { kind: 'platform_revenue' }, amount: negateMicros(returned.fee) },
      { account: { kind: 'hold', bookingId: parties.bookingId }, amount: amountMicros(returned.fee + shareTotal) },
    ],
  };
}

/** Gives what was not charged of the hold back to the renter. */
export function releaseTransfer(
  id: LedgerTransferId,
  parties: Parties,
  settlement: Settlement,
  at: Instant,
): LedgerTransfer {
  return {
    id,
    kind: 'release',
    idempotencyKey: `booking:${parties.bookingId}:release`,
    bookingId: parties.bookingId,
    paymentId: null,
    explanation: `The rest of the maximum goes back: ${formatMicros(settlement.charged, parties.currency)} was charged.`,
    currency: parties.currency,
    at,
    entries: [
      { account: { kind: 'hold', bookingId: parties.bookingId }, amount: negateMicros(settlement.released) },
      { account: { kind: 'wallet', userId: parties.renterId }, amount: settlement.released },
    ],
  };
}
