import { DomainError } from '@rsm/domain/common/domain-error';
import type { AmountMicros } from '@rsm/domain/common/money';
import type { ChargeOutcome, PaymentProcessor } from '@rsm/domain/payments/payment-processor';
import { checkChargeAmount } from './charge-checks.ts';
import { characters } from '../common/characters.ts';

export const MANUAL_REASON_CHARS_MIN = 5;
export const MANUAL_REASON_CHARS_MAX = 500;

/**
 * For institutes and cost centres: the money moved elsewhere and an admin says so. The source is his reason, which is
 * kept with the payment; whether the wallet is credited or debited is the payment's kind. Who may call it is the
 * service's business: a renter's top-up must never reach this processor.
 */
export function createManualPaymentProcessor(): PaymentProcessor {
  return {
    name: 'manual',
    notice: null,
    check,
    async charge({ paymentId, amount, source }): Promise<ChargeOutcome> {
      check({ amount, source });
      return { kind: 'succeeded', reference: `manual_${paymentId}` };
    },
    findCharge: ({ paymentId }) => Promise.resolve({ kind: 'succeeded', reference: `manual_${paymentId}` }),
    cards: null,
    refunds: null,
    payouts: null,
    events: null,
  };
}

/** @throws DomainError invalid_amount or invalid_input */
function check({ amount, source }: { readonly amount: AmountMicros; readonly source: string }): void {
  checkChargeAmount(amount);
  const chars = characters(source.trim()).length;
  if (chars >= MANUAL_REASON_CHARS_MIN && chars <= MANUAL_REASON_CHARS_MAX) return;
  throw new DomainError(
    'invalid_input',
    `The reason must have ${MANUAL_REASON_CHARS_MIN} to ${MANUAL_REASON_CHARS_MAX} characters; it has ${chars}.`,
    { field: 'source', remedy: 'Say why the wallet changes, for example "Invoice 2026-117, cost centre 4711".' },
  );
}
