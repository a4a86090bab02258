import { DomainError } from '@rsm/domain/common/domain-error';
import type { AmountMicros } from '@rsm/domain/common/money';
import { MINOR_UNIT_MICROS } from '@rsm/domain/payments/payment';

/**
 * Processors take whole minor units; a remainder would be lost or invented.
 * @throws DomainError invalid_amount
 */
export function checkChargeAmount(amount: AmountMicros): void {
  if (amount <= 0n) {
    throw new DomainError('invalid_amount', 'The amount must be more than zero.', {
      field: 'amount',
      remedy: 'Enter a positive amount.',
    });
  }
  if (amount % MINOR_UNIT_MICROS !== 0n) {
    throw new DomainError('invalid_amount', 'The amount has a fraction of a cent, which no processor can take.', {
      field: 'amount',
      remedy: 'Enter an amount with at most two decimals.',
    });
  }
}
