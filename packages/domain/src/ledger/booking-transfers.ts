import type { BookingId, LedgerTransferId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { formatMicros, negateMicros } from '../common/money.ts';
import type { Settlement } from '../bookings/settlement.ts';
import type { LedgerTransfer } from './ledger.ts';

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

/** Divides the hold when access has ended: the provider's share waits for the wipe, the fee is the platform's. */
export function settlementTransfers(
  ids: { readonly charge: LedgerTransferId; readonly release: LedgerTransferId },
  parties: Parties,
  settlement: Settlement,
  at: Instant,
): readonly LedgerTransfer[] {
  const common = { bookingId: parties.bookingId, paymentId: null, currency: parties.currency, at };
  const hold = { kind: 'hold', bookingId: parties.bookingId } as const;
  const transfers: LedgerTransfer[] = [];
  if (settlement.charged > 0n) {
    const entries = [
      { account: hold, amount: negateMicros(settlement.charged) },
      { account: { kind: 'provider_pending', userId: parties.providerId } as const, amount: settlement.providerShare },
      { account: { kind: 'platform_revenue' } as const, amount: settlement.fee },
    ];
    transfers.push({
      ...common,
      id: ids.charge,
      kind: 'charge',
      idempotencyKey: `booking:${parties.bookingId}:charge`,
      explanation: settlement.explanation.join(' '),
      entries: entries.filter((entry) => entry.amount !== 0n),
    });
  }
  if (settlement.released > 0n) {
    transfers.push({
      ...common,
      id: ids.release,
      kind: 'release',
      idempotencyKey: `booking:${parties.bookingId}:release`,
      explanation: `The rest of the maximum goes back: ${formatMicros(settlement.charged, parties.currency)} was charged.`,
      entries: [
        { account: hold, amount: negateMicros(settlement.released) },
        { account: { kind: 'wallet', userId: parties.renterId }, amount: settlement.released },
      ],
    });
  }
  return transfers;
}

/** Makes the provider's share his, once the wipe is verified or an admin decided. */
export function earningAvailableTransfer(
  id: LedgerTransferId,
  parties: Parties,
  providerShare: AmountMicros,
  at: Instant,
): LedgerTransfer {
  return {
    id,
    kind: 'earning_available',
    idempotencyKey: `booking:${parties.bookingId}:available`,
    bookingId: parties.bookingId,
    paymentId: null,
    explanation: 'The clean-up of this booking was verified: the share is available.',
    currency: parties.currency,
    at,
    entries: [
      { account: { kind: 'provider_pending', userId: parties.providerId }, amount: negateMicros(providerShare) },
      { account: { kind: 'provider_available', userId: parties.providerId }, amount: providerShare },
    ],
  };
}
