import { DomainError } from '../common/domain-error.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { formatMicros } from '../common/money.ts';

/** Refuses a price that rose after the person saw it. @throws DomainError conflict, which names the new price */
export function assertAccepted(price: {
  readonly actual: AmountMicros;
  /** Null accepts whatever it is. */
  readonly accepted: AmountMicros | null;
  readonly currency: Currency;
  readonly field: 'acceptedMaximum' | 'acceptedAdditional';
}): void {
  if (price.accepted === null || price.actual <= price.accepted) return;
  throw new DomainError('conflict', `The price rose: it is ${formatMicros(price.actual, price.currency)} now.`, {
    field: price.field,
    remedy: 'Look at the new quote and decide again.',
  });
}
