import type { CardId, PaymentId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { ProcessorName } from './payment.ts';

export type ChargeOutcome =
  | { readonly kind: 'succeeded'; readonly reference: string }
  | { readonly kind: 'declined'; readonly reference: string | null; readonly reason: string }
  /** The card's bank wants to see its owner: he goes to that address, and the processor tells later how it went. */
  | { readonly kind: 'authentication_required'; readonly reference: string; readonly url: string }
  /** The processor tells later. */
  | { readonly kind: 'pending'; readonly reference: string };

export interface ChargeRequest {
  readonly paymentId: PaymentId;
  readonly amount: AmountMicros;
  readonly currency: Currency;
  /** The processor's token of a card; for `test` one of its well-known card numbers. */
  readonly source: string;
  /** The processor's customer to whom the card belongs; null for processors that keep no cards. */
  readonly customer: string | null;
  /** Whether the card's owner is there to answer questions of his bank. */
  readonly presence: 'on_session' | 'off_session';
  /** Where the bank's page sends him back to. */
  readonly returnUrl: string;
}

/** The door to money outside. Called with our payment id as idempotency key, never inside a transaction. */
export interface PaymentProcessor {
  readonly name: ProcessorName;
  /** A sentence that every screen shows beside the card form, such as "Demo: no real money moves." Null in earnest. */
  readonly notice: string | null;
  /**
   * Refuses what could never be charged, before anything about it is written down.
   * @throws DomainError invalid_amount or invalid_input, which names the field
   */
  check(input: { readonly amount: AmountMicros; readonly source: string }): void;
  /** Takes money from a card. @throws DomainError payment_unavailable when it could not be asked, or its answer was lost */
  charge(request: ChargeRequest): Promise<ChargeOutcome>;
  /**
   * What became of a payment whose answer was lost. Null when the processor never heard of it, so that nothing was taken.
   * @throws DomainError payment_unavailable
   */
  findCharge(payment: {
    readonly paymentId: PaymentId;
    readonly reference: string | null;
    readonly customer: string | null;
    readonly createdAt: Instant;
  }): Promise<ChargeOutcome | null>;
  /** Null where cards are typed in each time. */
  readonly cards: CardVault | null;
  /** Null where money goes back by other ways than the card. */
  readonly refunds: RefundGateway | null;
  /** Null where payouts are made by hand. */
  readonly payouts: PayoutGateway | null;
  /** Null for processors that never call back. */
  readonly events: ProcessorEvents | null;
}

export const cardPaymentModes = ['none', 'typed', 'saved'] as const;
/** How cards fill wallets: not at all, typed in each time, or chosen among those that the processor keeps. */
export type CardPaymentMode = (typeof cardPaymentModes)[number];

export function cardPaymentModeOf(processor: Pick<PaymentProcessor, 'cards'> | null): CardPaymentMode {
  if (processor === null) return 'none';
  return processor.cards === null ? 'typed' : 'saved';
}

/** What a screen shows of a card that the processor keeps. We never see its number. */
export interface VaultCard {
  /** The processor's token of the card. */
  readonly reference: string;
  readonly brand: string;
  readonly lastFour: string;
  readonly expiryMonth: number;
  readonly expiryYear: number;
}

/** Cards that the processor keeps for later charges. All methods throw DomainError payment_unavailable. */
export interface CardVault {
  /** Makes the customer to whom a person's cards belong; the same user gives the same customer. */
  createCustomer(person: { readonly userId: UserId; readonly email: string }): Promise<string>;
  /** The processor's own page on which a person enters a card; it sends him back to `returnUrl`. */
  startSetup(input: {
    readonly cardId: CardId;
    readonly customer: string;
    readonly currency: Currency;
    readonly returnUrl: string;
  }): Promise<{ readonly url: string }>;
  /** The cards of a customer, at most 20. */
  list(customer: string): Promise<readonly VaultCard[]>;
  /** Forgets a card; one that is gone already is success. */
  remove(reference: string): Promise<void>;
}

export type RefundOutcome =
  | { readonly kind: 'succeeded'; readonly reference: string }
  | { readonly kind: 'pending'; readonly reference: string }
  | { readonly kind: 'failed'; readonly reference: string | null; readonly reason: string };

export interface RefundRequest {
  /** The id of the refund's own payment row: its idempotency key. */
  readonly refundId: PaymentId;
  /** The processor's reference of the charge that is given back in whole or in part. */
  readonly chargeReference: string;
  readonly amount: AmountMicros;
  readonly currency: Currency;
}

export interface RefundGateway {
  /** Gives money back to the card it came from. @throws DomainError payment_unavailable when its answer was lost */
  refund(request: RefundRequest): Promise<RefundOutcome>;
  /** What became of a refund; null when the processor never heard of it. @throws DomainError payment_unavailable */
  find(refund: {
    readonly refundId: PaymentId;
    readonly reference: string | null;
    readonly chargeReference: string;
  }): Promise<RefundOutcome | null>;
}

export type PayoutOutcome =
  | { readonly kind: 'succeeded'; readonly reference: string }
  | { readonly kind: 'pending'; readonly reference: string }
  | { readonly kind: 'failed'; readonly reference: string | null; readonly reason: string };

/** Where a provider's money goes, as the processor sees it. */
export interface PayoutAccountState {
  readonly reference: string;
  readonly takesPayouts: boolean;
  /** What the processor still wants from the provider, in its words. */
  readonly missing: readonly string[];
  /** Why it takes none, in the processor's words. */
  readonly disabledReason: string | null;
}

export interface PayoutGateway {
  /** Makes the account at the processor; the same user gives the same account. @throws DomainError payment_unavailable */
  createAccount(person: { readonly userId: UserId; readonly email: string }): Promise<PayoutAccountState>;
  /** The processor's own page on which the provider says who he is; it works once and for minutes. */
  onboardingUrl(input: { readonly account: string; readonly returnUrl: string }): Promise<string>;
  /** Null when the account is gone at the processor. */
  findAccount(account: string): Promise<PayoutAccountState | null>;
  /** Sends money to a provider. @throws DomainError payment_unavailable when its answer was lost */
  payOut(request: {
    readonly payoutId: PaymentId;
    readonly account: string;
    readonly amount: AmountMicros;
    readonly currency: Currency;
  }): Promise<PayoutOutcome>;
  /** What became of a payout; null when the processor never heard of it. @throws DomainError payment_unavailable */
  find(payout: {
    readonly payoutId: PaymentId;
    readonly reference: string | null;
    readonly account: string;
  }): Promise<PayoutOutcome | null>;
}

/** A card payment that its owner disputes at his bank. */
export interface ChargebackState {
  readonly reference: string;
  readonly chargeReference: string;
  readonly amount: AmountMicros;
  readonly currency: Currency;
  readonly reason: string;
  readonly status: 'open' | 'won' | 'lost';
}

/** What an event of the processor is about. The event says *that* something changed; what it is now is always asked. */
export type ProcessorSubject =
  | { readonly kind: 'charge'; readonly reference: string; readonly paymentId: PaymentId | null }
  | { readonly kind: 'refund'; readonly reference: string; readonly refundId: PaymentId | null }
  | { readonly kind: 'payout'; readonly reference: string; readonly payoutId: PaymentId | null }
  | { readonly kind: 'cards'; readonly customer: string }
  | { readonly kind: 'payout_account'; readonly account: string }
  | { readonly kind: 'chargeback'; readonly reference: string };

export interface ProcessorEvent {
  /** The processor's id of the event: it is acted on once. */
  readonly id: string;
  readonly type: string;
  readonly at: Instant;
  /** Null for types that say nothing to us. */
  readonly subject: ProcessorSubject | null;
}

/** At most so many events are read from the processor's list in one go. */
export const PROCESSOR_EVENTS_MAX = 1_000;

export interface ProcessorEvents {
  /**
   * Reads what came to the webhook's address, byte for byte as it came.
   * @throws DomainError invalid_input when the signature is not the processor's, or too old
   */
  read(delivery: { readonly body: Uint8Array; readonly signature: string | null }): ProcessorEvent;
  /** Events since a time, oldest first, at most `PROCESSOR_EVENTS_MAX`: what no webhook told. @throws DomainError payment_unavailable */
  listSince(since: Instant): Promise<readonly ProcessorEvent[]>;
  /** @throws DomainError payment_unavailable */
  findChargeback(reference: string): Promise<ChargebackState | null>;
}
