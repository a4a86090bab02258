import { DomainError } from '@rsm/domain/common/domain-error';
import type {
  ChargeOutcome,
  PaymentProcessor,
  PayoutGateway,
  RefundGateway,
} from '@rsm/domain/payments/payment-processor';
import { checkChargeAmount } from './charge-checks.ts';

type TestCardAnswer = 'succeeds' | 'unavailable' | { readonly declined: string };

/** Stripe's published test card numbers (docs.stripe.com/testing), which people already know; none is a real card. */
const TEST_CARDS: ReadonlyMap<string, TestCardAnswer> = new Map<string, TestCardAnswer>([
  ['4242424242424242', 'succeeds'],
  ['4000056655665556', 'succeeds'],
  ['5555555555554444', 'succeeds'],
  ['378282246310005', 'succeeds'],
  ['4000000000000002', { declined: 'The card was declined.' }],
  ['4000000000009995', { declined: 'The card has insufficient funds.' }],
  ['4000000000000069', { declined: 'The card has expired.' }],
  ['4000000000000127', { declined: 'The security code of the card is wrong.' }],
  ['4000000000000119', 'unavailable'],
]);

export interface TestPaymentProcessorOptions {
  readonly mode: 'demo' | 'production';
}

/**
 * The demo's processor: no money moves. The answer depends on the card number alone and the reference on our payment
 * id alone, so the same call always gives the same answer, in every process.
 * @throws Error in production mode, where it would give money away.
 */
export function createTestPaymentProcessor({ mode }: TestPaymentProcessorOptions): PaymentProcessor {
  if (mode === 'production') {
    throw new Error('The test payment processor is refused in production: choose another PAYMENT_PROCESSOR.');
  }
  return {
    name: 'test',
    notice: 'Demo: no real money moves. Pay with the test card 4242 4242 4242 4242, never with a real one.',
    check({ amount, source }) {
      checkChargeAmount(amount);
      answerOf(source);
    },
    async charge({ paymentId, amount, source }): Promise<ChargeOutcome> {
      checkChargeAmount(amount);
      const answer = answerOf(source);
      if (answer === 'succeeds') return { kind: 'succeeded', reference: `test_${paymentId}` };
      if (answer === 'unavailable') {
        throw new DomainError('payment_unavailable', 'The payment processor could not be reached.', {
          remedy: 'Nothing was charged. Try again in a minute.',
        });
      }
      return { kind: 'declined', reference: `test_${paymentId}`, reason: answer.declined };
    },
    // The card number is kept nowhere, so an answer that was lost can't be given again; nothing was taken either.
    findCharge: () => Promise.resolve(null),
    cards: null,
    refunds,
    payouts,
    events: null,
  };
}

const refunds: RefundGateway = {
  refund: ({ refundId }) => Promise.resolve({ kind: 'succeeded', reference: `test_${refundId}` }),
  find: ({ refundId }) => Promise.resolve({ kind: 'succeeded', reference: `test_${refundId}` }),
};

const payouts: PayoutGateway = {
  createAccount: ({ userId }) => Promise.resolve(testAccount(`test_account_${userId}`)),
  onboardingUrl: ({ returnUrl }) => Promise.resolve(returnUrl),
  findAccount: (account) => Promise.resolve(testAccount(account)),
  payOut: ({ payoutId }) => Promise.resolve({ kind: 'succeeded', reference: `test_${payoutId}` }),
  find: ({ payoutId }) => Promise.resolve({ kind: 'succeeded', reference: `test_${payoutId}` }),
};

const testAccount = (reference: string) => ({ reference, takesPayouts: true, missing: [], disabledReason: null });

/** @throws DomainError invalid_input for any number that is no test card's */
function answerOf(source: string): TestCardAnswer {
  const answer = TEST_CARDS.get(source.replaceAll(/[ -]/g, ''));
  if (answer !== undefined) return answer;
  // The number is not repeated: it might be a real one, and errors are logged.
  throw new DomainError('invalid_input', 'This is not one of the test card numbers.', {
    field: 'source',
    remedy: 'Use 4242 4242 4242 4242, and never enter a real card in a demo.',
  });
}
