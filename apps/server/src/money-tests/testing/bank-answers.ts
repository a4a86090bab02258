import { DomainError } from '@rsm/domain/common/domain-error';

/** An answer that did not come: what happened is not known. */
export function unavailable(): DomainError {
  return new DomainError('payment_unavailable', 'The bank did not answer.', { remedy: 'Try again in a minute.' });
}
