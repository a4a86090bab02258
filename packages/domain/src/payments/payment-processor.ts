import type { PaymentId } from '../common/ids.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import type { ProcessorName } from './payment.ts';

export type ChargeOutcome =
  | { readonly kind: 'succeeded'; readonly reference: string }
  | { readonly kind: 'declined'; readonly reference: string | null; readonly reason: string }
  /** The processor tells later, by its webhook. */
  | { readonly kind: 'pending'; readonly reference: string };

/** The door to money outside. Called with our payment id as idempotency key, never inside a transaction. */
export interface PaymentProcessor {
  readonly name: ProcessorName;
  /** A sentence that every screen shows beside the card form, such as "Demo: no real money moves." Null in earnest. */
  readonly notice: string | null;
  /**
   * Refuses what could never be charged, before anything about it is written down.
   * @throws DomainError invalid_amount or invalid_input, which names the field
   */
  check(input: { amount: AmountMicros; source: string }): void;
  /**
   * Takes money from a card or other source.
   * @param input.source the processor's token of a source; for `test` one of its well-known card numbers
   * @throws DomainError payment_unavailable when it could not be asked
   */
  charge(input: {
    paymentId: PaymentId;
    amount: AmountMicros;
    currency: Currency;
    source: string;
  }): Promise<ChargeOutcome>;
}
