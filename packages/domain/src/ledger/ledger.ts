import type { BookingId, LedgerTransferId, PaymentId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';

/** Accounts of people and bookings keep a balance that can't fall below zero. */
export const guardedAccountKinds = ['wallet', 'hold', 'provider_pending', 'provider_available'] as const;
/** Accounts of the house are append-only sums without a balance row, so that they never serialise bookings. */
export const houseAccountKinds = ['platform_revenue', 'clearing', 'adjustments', 'losses'] as const;

/** An account of a person; an installation has one currency, so there is one of each kind. */
export interface PersonsAccount {
  readonly kind: 'wallet' | 'provider_pending' | 'provider_available';
  readonly userId: UserId;
}

export type AccountRef =
  | PersonsAccount
  | { readonly kind: 'hold'; readonly bookingId: BookingId }
  | { readonly kind: (typeof houseAccountKinds)[number] };

export const transferKinds = [
  'top_up',
  'manual_credit',
  'manual_debit',
  'hold',
  'charge',
  'charge_returned',
  'release',
  'earning_available',
  'provider_penalty',
  'payout',
  'payout_reversed',
  'refund',
  'refund_reversed',
  'chargeback',
  'chargeback_reversed',
  'dispute_refund',
  'debt_repaid',
] as const;
export type TransferKind = (typeof transferKinds)[number];

export interface LedgerEntry {
  readonly account: AccountRef;
  /** Signed; the entries of a transfer sum to zero. */
  readonly amount: AmountMicros;
}

/** Money between accounts. Never changed, never deleted. */
export interface LedgerTransfer {
  readonly id: LedgerTransferId;
  readonly kind: TransferKind;
  /** Same key, same transfer: posting it again moves nothing. */
  readonly idempotencyKey: string;
  readonly bookingId: BookingId | null;
  readonly paymentId: PaymentId | null;
  /** A sentence for the people whose accounts it touches. */
  readonly explanation: string;
  readonly currency: Currency;
  readonly at: Instant;
  readonly entries: readonly LedgerEntry[];
}

/** A transfer as one account sees it. */
export interface StatementLine {
  readonly transferId: LedgerTransferId;
  readonly kind: TransferKind;
  readonly bookingId: BookingId | null;
  readonly paymentId: PaymentId | null;
  readonly explanation: string;
  readonly amount: AmountMicros;
  readonly currency: Currency;
  readonly at: Instant;
}

export interface LedgerReads {
  /** Zero for an account that was never used. */
  balanceOf(account: AccountRef): Promise<AmountMicros>;
  /** Sum over the hold accounts of a renter's bookings. */
  heldFor(userId: UserId): Promise<AmountMicros>;
  /** Newest first. */
  statement(account: AccountRef, request: PageRequest): Promise<Page<StatementLine>>;
}

export interface LedgerRepository extends LedgerReads {
  /**
   * Posts a transfer; accounts are opened when first used and locked by id. Returns false when the idempotency key was
   * posted before, and then moves nothing.
   * @throws DomainError insufficient_funds when a guarded account would fall below zero
   */
  post(transfer: LedgerTransfer): Promise<boolean>;
  /** The balance of a person's account, which nobody changes until the transaction ends. Zero when it was never used. */
  lockBalance(account: PersonsAccount): Promise<AmountMicros>;
}
