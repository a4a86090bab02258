import { DomainError, notFound } from '../common/domain-error.ts';
import type { PaymentId } from '../common/ids.ts';
import { paymentIdSchema } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { amountMicros, formatMicros } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { StatementLine } from '../ledger/ledger.ts';
import type { PaymentProcessor } from '../payments/payment-processor.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import { requireAdmin, requireProvider } from '../users/require-role.ts';
import type { Actor } from '../users/user.ts';
import type { PayoutAccountView } from './payout-account.ts';
import { payoutRefusal } from './payout-account.ts';
import type { PayoutAccounts } from './payout-accounts.ts';
import { gatewayOf } from './payout-accounts.ts';
import type { PayoutDecisions } from './payout-decisions.ts';
import type { PayoutLedger } from './payout-ledger.ts';
import type { WaitingPayout } from './payout-repository.ts';
import type { PayoutStatement } from './payout-statement.ts';
import { makePayoutStatement } from './payout-statement.ts';
import type { Payout } from './payout.ts';
import { PAYOUT_ATTENTION_AFTER_MS, PAYOUT_MIN_MICROS } from './payout.ts';

export interface PayoutsServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly currency: Currency;
  readonly processor: PaymentProcessor | null;
  readonly accounts: PayoutAccounts;
  readonly ledger: PayoutLedger;
  readonly decisions: PayoutDecisions;
}

/** Payout accounts, payouts and their statements. */
export class PayoutsService {
  readonly #options: PayoutsServiceOptions;

  constructor(options: PayoutsServiceOptions) {
    this.#options = options;
  }

  /** @throws DomainError forbidden */
  async account(actor: Actor): Promise<PayoutAccountView> {
    requireProvider(actor);
    return this.#options.accounts.view(actor.userId);
  }

  /** @throws DomainError forbidden, payout_unavailable, payment_unavailable */
  async startOnboarding(actor: Actor): Promise<{ readonly url: string; readonly view: PayoutAccountView }> {
    requireProvider(actor);
    return this.#options.accounts.startOnboarding(actor);
  }

  /** @throws DomainError forbidden, payment_unavailable */
  async refreshAccount(actor: Actor): Promise<PayoutAccountView> {
    requireProvider(actor);
    return this.#options.accounts.refresh(actor.userId);
  }

  /**
   * Pays out all that is available, in whole minor units. The processor is asked by a job, so this never waits for it.
   * @throws DomainError forbidden, payout_unavailable, insufficient_funds, idempotency_conflict
   */
  async request(actor: Actor, input: { readonly idempotencyKey: string }): Promise<Payout> {
    requireProvider(actor);
    const { currency, ledger, processor, uow } = this.#options;
    const named = gatewayOf(processor);
    return uow.run(async (tx) => {
      const claim = { userId: actor.userId, operation: 'payouts.request', key: input.idempotencyKey };
      const earlier = await tx.idempotency.claim({ ...claim, input: currency });
      if (earlier.kind === 'answered') return found(await tx.payouts.findById(paymentIdSchema.parse(earlier.answer)));
      const account = named === null ? null : await tx.payoutAccounts.find(actor.userId, named.name);
      const refusal = named === null ? null : payoutRefusal(account);
      if (refusal !== null) throw refusal;
      const payout = await ledger.begin(tx, {
        providerId: actor.userId,
        origin: 'request',
        week: null,
        processor: named?.name ?? 'manual',
        account: account?.reference ?? null,
      });
      if (payout === null) {
        throw tooLittle(await tx.ledger.balanceOf({ kind: 'provider_available', userId: actor.userId }), currency);
      }
      await tx.idempotency.answer({ ...claim, answer: payout.id });
      return payout;
    });
  }

  /** The actor's payouts, newest first. */
  async list(actor: Actor, input: PageRequest): Promise<Page<Payout>> {
    return this.#options.uow.reads.payouts.listByProvider(actor.userId, input);
  }

  /** A payout of the actor with what it is made of. @throws DomainError not_found */
  async get(actor: Actor, input: { readonly id: PaymentId }): Promise<PayoutStatement> {
    const payout = await this.#own(actor, input.id);
    return makePayoutStatement(payout, await this.#options.uow.reads.payouts.totals(payout.id));
  }

  /** The ledger's lines that a payout of the actor is made of, oldest first. @throws DomainError not_found */
  async lines(actor: Actor, input: PageRequest & { readonly id: PaymentId }): Promise<Page<StatementLine>> {
    const payout = await this.#own(actor, input.id);
    return this.#options.uow.reads.payouts.lines(payout.id, input);
  }

  /** Payouts that wait for an admin, oldest first: by hand, or unanswered for too long. @throws DomainError forbidden */
  async listPending(actor: Actor, input: PageRequest): Promise<Page<WaitingPayout>> {
    requireAdmin(actor);
    const madeBefore = plusMs(this.#options.clock.now(), -PAYOUT_ATTENTION_AFTER_MS);
    return this.#options.uow.reads.payouts.listWaiting({ ...input, madeBefore });
  }

  /** See `PayoutDecisions`. */
  async confirm(actor: Actor, input: Parameters<PayoutDecisions['confirm']>[1]): Promise<Payout> {
    return this.#options.decisions.confirm(actor, input);
  }

  /** See `PayoutDecisions`. */
  async reject(actor: Actor, input: Parameters<PayoutDecisions['reject']>[1]): Promise<Payout> {
    return this.#options.decisions.reject(actor, input);
  }

  async #own(actor: Actor, id: PaymentId): Promise<Payout> {
    const payout = await this.#options.uow.reads.payouts.findById(id);
    if (payout?.providerId !== actor.userId) throw notFound('payout');
    return payout;
  }
}

function found(payout: Payout | null): Payout {
  if (payout === null) throw notFound('payout');
  return payout;
}

function tooLittle(available: AmountMicros, currency: Currency): DomainError {
  const minimum = formatMicros(amountMicros(PAYOUT_MIN_MICROS), currency);
  return new DomainError(
    'insufficient_funds',
    available === 0n
      ? 'Nothing is available to pay out.'
      : `${formatMicros(available, currency)} are available, and a payout is at least ${minimum}.`,
    { remedy: 'Your earnings say what is still held back, why and until when. What you owe is repaid first.' },
  );
}
