import { DomainError } from '../common/domain-error.ts';
import type { CardVault, PaymentProcessor } from './payment-processor.ts';

/** @throws DomainError payment_unavailable where wallets are only credited by an admin */
export function requireProcessor(processor: PaymentProcessor | null): PaymentProcessor {
  if (processor !== null) return processor;
  throw new DomainError('payment_unavailable', 'This marketplace takes no cards.', {
    remedy: 'Ask its operator to credit your wallet.',
  });
}

/** @throws DomainError wrong_state where cards are typed in each time, or not taken at all */
export function requireVault(processor: PaymentProcessor | null): {
  readonly processor: PaymentProcessor;
  readonly vault: CardVault;
} {
  if (processor !== null && processor.cards !== null) return { processor, vault: processor.cards };
  throw new DomainError('wrong_state', 'This marketplace keeps no cards.', {
    remedy: 'Enter your card each time you top up.',
  });
}
