import { DomainError, notFound } from '../common/domain-error.ts';
import type { IdSource, PaymentId } from '../common/ids.ts';
import { paymentIdSchema } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { PaymentProcessor } from '../payments/payment-processor.ts';
import type { Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import { requireAdmin } from '../users/require-role.ts';
import type { Actor } from '../users/user.ts';
import { LEASE_MS } from '../workflows/workflow.ts';
import { gatewayOf } from './payout-accounts.ts';
import type { PayoutLedger } from './payout-ledger.ts';
import type { Payout } from './payout.ts';
import { isForAdmin, payoutSubject } from './payout.ts';

export interface PayoutDecisionsOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly processor: PaymentProcessor | null;
  readonly ledger: PayoutLedger;
}

interface Decision {
  readonly idempotencyKey: string;
  readonly id: PaymentId;
  readonly reason: string;
}

/** What admins decide about payouts that are paid by hand, or that the processor is silent about. */
export class PayoutDecisions {
  readonly #options: PayoutDecisionsOptions;

  constructor(options: PayoutDecisionsOptions) {
    this.#options = options;
  }

  /**
   * Says that a payout has reached its provider.
   * @param input.reference the bank's or processor's own reference of it; no two payouts have the same
   * @throws DomainError forbidden, not_found, wrong_state, conflict, busy, idempotency_conflict
   */
  async confirm(actor: Actor, input: Decision & { readonly reference: string }): Promise<Payout> {
    requireAdmin(actor);
    return this.#decide(
      actor,
      'payouts.confirm',
      { ...input, text: `${input.reference} ${input.reason}` },
      (tx, payout) => this.#options.ledger.arrived(tx, payout, { reference: input.reference, note: input.reason }),
    );
  }

  /**
   * Says that a payout will not go out: its money is available again. One that went to a processor is asked about first, so
   * that nobody is given back what he was paid.
   * @throws DomainError forbidden, not_found, wrong_state, busy, payment_unavailable, idempotency_conflict
   */
  async reject(actor: Actor, input: Decision): Promise<Payout> {
    requireAdmin(actor);
    const seen = await this.#options.uow.reads.payouts.findById(input.id);
    if (seen?.status === 'pending' && isForAdmin(seen, this.#options.clock.now())) await this.#refuseIfUnderWay(seen);
    return this.#decide(actor, 'payouts.reject', { ...input, text: input.reason }, async (tx, payout) => {
      if (payout.attempts !== seen?.attempts) throw beingAsked();
      return this.#options.ledger.giveBack(tx, payout, { status: 'cancelled', reference: null, reason: input.reason });
    });
  }

  async #refuseIfUnderWay(payout: Payout): Promise<void> {
    const named = gatewayOf(this.#options.processor);
    // A processor that is no longer in use can't be asked: the admin has looked there himself.
    if (payout.account === null || named?.name !== payout.processor) return;
    const { account, id: payoutId, processorReference: reference } = payout;
    const outcome = await named.gateway.find({ payoutId, reference, account });
    if (outcome === null || outcome.kind === 'failed') return;
    throw new DomainError(
      'wrong_state',
      outcome.kind === 'succeeded'
        ? 'The processor says that this payout has arrived.'
        : 'The processor says that this payout is under way.',
      {
        remedy: `Confirm it with the processor's reference ${outcome.reference}, or cancel it at the processor first.`,
      },
    );
  }

  async #decide(
    actor: Actor,
    operation: 'payouts.confirm' | 'payouts.reject',
    input: Decision & { readonly text: string },
    effect: (tx: Tx, payout: Payout) => Promise<Payout>,
  ): Promise<Payout> {
    const { clock, uow } = this.#options;
    return uow.run(async (tx) => {
      const claim = { userId: actor.userId, operation, key: input.idempotencyKey };
      const earlier = await tx.idempotency.claim({ ...claim, input: `${input.id} ${input.text}` });
      if (earlier.kind === 'answered') return findPayout(tx, paymentIdSchema.parse(earlier.answer));
      await this.#keepWorkersAway(tx, input.id);
      const payout = await tx.payouts.lockById(input.id);
      if (payout === null) throw notFound('payout');
      assertDecidable(payout, actor, clock.now());
      const decided = await effect(tx, payout);
      await tx.audit.insert({
        actorId: actor.userId,
        action: operation,
        subjectType: 'payment',
        subjectId: payout.id,
        reason: input.reason,
        at: clock.now(),
      });
      await tx.idempotency.answer({ ...claim, answer: payout.id });
      return decided;
    });
  }

  /** While a worker speaks with the processor about it, nobody decides. @throws DomainError busy */
  async #keepWorkersAway(tx: Tx, id: PaymentId): Promise<void> {
    const lease = { subject: payoutSubject(id), owner: this.#options.ids.next() };
    const taken = await tx.leases.acquire({ ...lease, now: this.#options.clock.now(), leaseMs: LEASE_MS });
    if (!taken.acquired) throw beingAsked();
    // Held by the row's lock until the commit; nobody has to wait for it afterwards.
    await tx.leases.release({ ...lease, resetAttempts: false });
  }
}

function assertDecidable(payout: Payout, actor: Actor, now: Payout['createdAt']): void {
  if (payout.providerId === actor.userId) {
    throw new DomainError('forbidden', 'This payout is your own.', { remedy: 'Ask another admin to decide about it.' });
  }
  if (payout.status !== 'pending') {
    throw new DomainError('wrong_state', `This payout is ${payout.status} already.`, {
      remedy: 'Reload the list to see how it stands now.',
    });
  }
  if (!isForAdmin(payout, now)) {
    throw new DomainError('wrong_state', 'The processor is still being asked what became of this payout.', {
      remedy: 'Wait: if it stays silent for three days, the payout appears in the list of those that wait for you.',
    });
  }
}

function beingAsked(): DomainError {
  return new DomainError('busy', 'The processor is being asked about this payout at this moment.', {
    remedy: 'Nothing was changed. Reload the list in a minute.',
  });
}

async function findPayout(tx: Tx, id: PaymentId): Promise<Payout> {
  const payout = await tx.payouts.findById(id);
  if (payout === null) throw notFound('payout');
  return payout;
}
