import { DomainError, notFound } from '../common/domain-error.ts';
import type { UserId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { PaymentProcessor, PayoutAccountState, PayoutGateway } from '../payments/payment-processor.ts';
import type { ProcessorName } from '../payments/payment.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { PayoutAccount, PayoutAccountView } from './payout-account.ts';
import { payoutRefusal, viewPayoutAccount } from './payout-account.ts';
import { tellAboutAccount } from './payout-news.ts';

export interface PayoutAccountsOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly processor: PaymentProcessor | null;
  /** Where the processor's own page sends a provider back to. */
  readonly returnUrl: string;
}

/** The processor that payouts go through, with its name. Null where an admin pays by hand. */
export interface NamedGateway {
  readonly name: ProcessorName;
  readonly gateway: PayoutGateway;
}

/** The way out for payouts of this installation; null where an admin pays by hand. */
export function gatewayOf(processor: PaymentProcessor | null): NamedGateway | null {
  const gateway = processor?.payouts ?? null;
  return processor === null || gateway === null ? null : { name: processor.name, gateway };
}

/** Accounts of providers at the processor. Ours are mirrors: what an account may do is always the processor's word. */
export class PayoutAccounts {
  readonly #options: PayoutAccountsOptions;

  constructor(options: PayoutAccountsOptions) {
    this.#options = options;
  }

  /** What we know of a provider's account, without asking anybody. */
  async view(userId: UserId): Promise<PayoutAccountView> {
    const named = gatewayOf(this.#options.processor);
    if (named === null) return { status: 'by_hand', account: null };
    return viewPayoutAccount(await this.#options.uow.reads.payoutAccounts.find(userId, named.name));
  }

  /**
   * Makes the account unless it is there, and asks for the page on which its owner says who he is.
   * @throws DomainError payout_unavailable where payouts are made by hand; payment_unavailable, and then nothing is lost
   */
  async startOnboarding(actor: Actor): Promise<{ readonly url: string; readonly view: PayoutAccountView }> {
    const named = gatewayOf(this.#options.processor);
    if (named === null) {
      throw new DomainError(
        'payout_unavailable',
        'This marketplace pays out by hand: nobody needs an account for it.',
        {
          remedy: 'Ask for a payout; its operator pays it.',
        },
      );
    }
    const known = await this.#options.uow.reads.payoutAccounts.find(actor.userId, named.name);
    const askedAt = this.#options.clock.now();
    const account =
      known === null || known.closedAt !== null
        ? await this.#write(named.name, actor.userId, askedAt, await named.gateway.createAccount(actor))
        : known;
    const url = await named.gateway.onboardingUrl({ account: account.reference, returnUrl: this.#options.returnUrl });
    return { url, view: viewPayoutAccount(account) };
  }

  /** Asks the processor how a provider's account stands. @throws DomainError payment_unavailable */
  async refresh(userId: UserId): Promise<PayoutAccountView> {
    const named = gatewayOf(this.#options.processor);
    if (named === null) return { status: 'by_hand', account: null };
    const known = await this.#options.uow.reads.payoutAccounts.find(userId, named.name);
    return viewPayoutAccount(known === null ? null : await this.#ask(named, known));
  }

  /**
   * An event of the processor says that an account changed: asks how it stands now, so that order, duplicates and replays do
   * not matter. An account that is none of ours is passed over.
   * @throws DomainError payment_unavailable
   */
  async applyPayoutAccountChange(reference: string): Promise<void> {
    const named = gatewayOf(this.#options.processor);
    if (named === null) return;
    const known = await this.#options.uow.reads.payoutAccounts.findByReference(named.name, reference);
    if (known !== null) await this.#ask(named, known);
  }

  async #ask({ gateway, name }: NamedGateway, known: PayoutAccount): Promise<PayoutAccount> {
    const askedAt = this.#options.clock.now();
    return this.#write(name, known.userId, askedAt, await gateway.findAccount(known.reference), known);
  }

  /** Null as the state says that the processor knows the account no longer. */
  async #write(
    processor: ProcessorName,
    userId: UserId,
    askedAt: PayoutAccount['refreshedAt'],
    state: PayoutAccountState | null,
    known?: PayoutAccount,
  ): Promise<PayoutAccount> {
    return this.#options.uow.run(async (tx) => {
      // While there is no account to lock, its owner's row keeps others away.
      await tx.users.lockById(userId);
      const before = await tx.payoutAccounts.find(userId, processor);
      const reference = state?.reference ?? known?.reference;
      if (reference === undefined) throw notFound('payout account');
      const after: PayoutAccount = {
        userId,
        processor,
        reference,
        takesPayouts: state?.takesPayouts ?? false,
        missing: state?.missing ?? [],
        disabledReason: state === null ? null : state.disabledReason,
        closedAt: state === null ? (before?.closedAt ?? askedAt) : null,
        refreshedAt: askedAt,
        createdAt: before?.createdAt ?? askedAt,
      };
      if (!(await tx.payoutAccounts.save(after))) return before ?? after;
      const text = newsOf(before, after);
      if (text !== null) tellAboutAccount(tx, userId, text);
      return after;
    });
  }
}

/** What its owner is told; null when nothing changed that he could see. */
function newsOf(before: PayoutAccount | null, after: PayoutAccount): string | null {
  const refusal = payoutRefusal(after);
  const wasReady = before !== null && payoutRefusal(before) === null;
  if (refusal === null) return wasReady ? null : 'Your payout account takes payouts.';
  return before !== null && payoutRefusal(before)?.message === refusal.message ? null : refusal.message;
}
