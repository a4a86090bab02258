import { createTestPaymentProcessor } from '@rsm/integrations';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { PaymentId, UserId } from '@rsm/domain/common/ids';
import type { AmountMicros } from '@rsm/domain/common/money';
import type {
  PaymentProcessor,
  PayoutAccountState,
  PayoutGateway,
  PayoutOutcome,
} from '@rsm/domain/payments/payment-processor';

/** How the processor behaves from now on. `answer_lost` does what it was asked and lets nobody know. */
export type GatewayTrouble = 'none' | 'unreachable' | 'answer_lost' | 'under_way' | 'refuses';

/** Money that really left, once per payout however often it was asked for. */
export interface SentPayout {
  readonly payoutId: PaymentId;
  readonly account: string;
  readonly amount: AmountMicros;
}

/** A processor's payouts in memory: it keeps the idempotency keys and can misbehave on demand. */
export class FakePayoutGateway implements PayoutGateway {
  trouble: GatewayTrouble = 'none';
  /** What a fresh account still lacks; one that lacks nothing takes payouts at once. */
  missingAtFirst: readonly string[] = [];
  /** Called before anything else of a payout happens: where a worker dies or waits. */
  onPayOut: (() => Promise<unknown>) | null = null;
  /** Called when the money has left, before anybody knows. */
  onPaid: (() => Promise<unknown>) | null = null;
  readonly sent: SentPayout[] = [];
  readonly #asked: PaymentId[] = [];
  readonly #outcomes = new Map<PaymentId, PayoutOutcome>();
  readonly #accounts = new Map<string, PayoutAccountState>();
  #closings = 0;

  createAccount({ userId }: { readonly userId: UserId }): Promise<PayoutAccountState> {
    this.#assertReachable();
    const reference = `acct_${userId}_${String(this.#closings)}`;
    const known = this.#accounts.get(reference);
    if (known !== undefined) return Promise.resolve(known);
    return Promise.resolve(this.setAccount(reference, { missing: this.missingAtFirst }));
  }

  onboardingUrl({ account }: { readonly account: string }): Promise<string> {
    this.#assertReachable();
    return Promise.resolve(`https://processor.example.test/onboarding/${account}`);
  }

  findAccount(account: string): Promise<PayoutAccountState | null> {
    this.#assertReachable();
    return Promise.resolve(this.#accounts.get(account) ?? null);
  }

  async payOut(request: SentPayout): Promise<PayoutOutcome> {
    this.#asked.push(request.payoutId);
    await this.onPayOut?.();
    this.#assertReachable();
    const { account, amount, payoutId } = request;
    const earlier = this.#outcomes.get(payoutId);
    if (earlier !== undefined) return earlier;
    const outcome = this.#decide(payoutId, account);
    this.#outcomes.set(payoutId, outcome);
    if (outcome.kind !== 'failed') this.sent.push({ payoutId, account, amount });
    await this.onPaid?.();
    if (this.trouble === 'answer_lost') throw unavailable();
    return outcome;
  }

  find({ payoutId }: { readonly payoutId: PaymentId }): Promise<PayoutOutcome | null> {
    this.#assertReachable();
    return Promise.resolve(this.#outcomes.get(payoutId) ?? null);
  }

  /** How often it was asked to pay this one. */
  timesAsked(payoutId: PaymentId): number {
    return this.#asked.filter((asked) => asked === payoutId).length;
  }

  /** The accounts that it knows. */
  accounts(): readonly string[] {
    return [...this.#accounts.keys()];
  }

  /** What the processor says about an account from now on. */
  setAccount(
    reference: string,
    { missing = [], disabledReason = null }: { missing?: readonly string[]; disabledReason?: string | null },
  ): PayoutAccountState {
    const takesPayouts = missing.length === 0 && disabledReason === null;
    const state = { reference, takesPayouts, missing, disabledReason };
    this.#accounts.set(reference, state);
    return state;
  }

  /** Its owner closes an account; the next one that is made for him is another one. */
  close(reference: string): void {
    this.#accounts.delete(reference);
    this.#closings += 1;
  }

  /** The processor learns what became of a payout. */
  turnsOut(payoutId: PaymentId, kind: 'succeeded' | 'failed'): void {
    const reference = `out_${payoutId}`;
    const reason = 'The bank sent it back.';
    this.#outcomes.set(payoutId, kind === 'failed' ? { kind, reference, reason } : { kind, reference });
  }

  #decide(payoutId: PaymentId, account: string): PayoutOutcome {
    const reference = `out_${payoutId}`;
    if (!this.#accounts.has(account)) return { kind: 'failed', reference: null, reason: 'The account is closed.' };
    if (this.trouble === 'refuses') return { kind: 'failed', reference: null, reason: 'The processor refused it.' };
    return { kind: this.trouble === 'under_way' ? 'pending' : 'succeeded', reference };
  }

  #assertReachable(): void {
    if (this.trouble === 'unreachable') throw unavailable();
  }
}

/** The demo's processor with these payouts. */
export function processorWithPayouts(payouts: PayoutGateway | null): PaymentProcessor {
  return { ...createTestPaymentProcessor({ mode: 'demo' }), payouts };
}

function unavailable(): DomainError {
  return new DomainError('payment_unavailable', 'The processor could not be reached.', { remedy: 'Try again later.' });
}
