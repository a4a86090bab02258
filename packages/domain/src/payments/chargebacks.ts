import type { IdSource } from '../common/ids.ts';
import { newId, paymentIdSchema } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import { ZERO_MICROS, minMicros, minusMicros } from '../common/money.ts';
import type { Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import { amountOf, stopAutoTopUp, tell } from './payment-ledger.ts';
import type { PaymentLedger } from './payment-ledger.ts';
import type { ChargebackState } from './payment-processor.ts';
import type { Payment, ProcessorName } from './payment.ts';
import { CHARGEBACK_CHECK_AFTER_MS, newPayment } from './payment.ts';

export interface ChargebacksOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly ledger: PaymentLedger;
}

const CHARGED_BACK = 'A card payment into your wallet was charged back.';

/** Card payments that their owners dispute at their banks. */
export class Chargebacks {
  readonly #options: ChargebacksOptions;

  constructor(options: ChargebacksOptions) {
    this.#options = options;
  }

  /**
   * Makes the ledger say what the processor says now; saying it again changes nothing.
   * @returns the top-up that is disputed; null when we know none that reached a wallet
   */
  async apply(processor: ProcessorName, state: ChargebackState): Promise<Payment | null> {
    return this.#options.uow.run(async (tx) => {
      const topUp = await tx.payments.findByReference(processor, state.chargeReference);
      if (topUp?.kind !== 'top_up' || topUp.status !== 'succeeded') return null;
      if (topUp.currency !== state.currency) {
        throw new Error(`Chargeback ${state.reference} is in another currency than its payment ${topUp.id}.`);
      }
      // His row is the lock under which his refunds and chargebacks are counted.
      await tx.users.lockById(topUp.userId);
      const known = await tx.payments.findByReference(processor, state.reference);
      const chargeback = known === null ? null : await tx.payments.lockById(known.id);
      if (chargeback !== null) await this.#move(tx, chargeback, state.status);
      // One that was won before we heard of it took nothing.
      else if (state.status !== 'won') await this.#open(tx, topUp, state);
      return topUp;
    });
  }

  async #open(tx: Tx, topUp: Payment, state: ChargebackState): Promise<void> {
    const { clock, ids, ledger } = this.#options;
    const at = clock.now();
    const isOpen = state.status === 'open';
    const chargeback = newPayment({
      id: newId(ids, paymentIdSchema),
      userId: topUp.userId,
      kind: 'chargeback',
      status: isOpen ? 'pending' : 'succeeded',
      processor: topUp.processor,
      processorReference: state.reference,
      amount: state.amount,
      currency: state.currency,
      note: state.reason,
      createdBy: topUp.userId,
      createdAt: at,
      settledAt: isOpen ? null : at,
      originalPaymentId: topUp.id,
      cardId: topUp.cardId,
      nextCheckAt: isOpen ? plusMs(at, CHARGEBACK_CHECK_AFTER_MS) : null,
      borne: await borneBy(tx, topUp, state.amount),
    });
    await stopAutoTopUp(tx, topUp.userId, { at, reason: CHARGED_BACK });
    await tx.payments.insert(chargeback);
    await ledger.chargeback(tx, chargeback);
    tell(tx, chargeback, 'chargeback_changed', `Your bank took a payment of ${amountOf(chargeback)} back.`);
  }

  async #move(tx: Tx, chargeback: Payment, status: ChargebackState['status']): Promise<void> {
    const { clock } = this.#options;
    const at = clock.now();
    if (status === 'won') {
      if (chargeback.status === 'pending') {
        await tx.payments.changeStatus(chargeback.id, { from: 'pending', to: 'cancelled', at });
      } else if (chargeback.status !== 'succeeded' || !(await tx.payments.markReversed(chargeback.id, at))) return;
      await this.#options.ledger.reverseChargeback(tx, chargeback);
      const text = `The chargeback of ${amountOf(chargeback)} was decided for the payment: the money is back.`;
      tell(tx, chargeback, 'chargeback_changed', text);
      return;
    }
    if (chargeback.status !== 'pending') return;
    if (status === 'lost') {
      await tx.payments.changeStatus(chargeback.id, { from: 'pending', to: 'succeeded', at });
      tell(tx, chargeback, 'chargeback_changed', `The chargeback of ${amountOf(chargeback)} is final.`);
      return;
    }
    const known = { processorReference: chargeback.processorReference, actionUrl: null };
    await tx.payments.notePending(chargeback.id, { ...known, nextCheckAt: plusMs(at, CHARGEBACK_CHECK_AFTER_MS) });
  }
}

/** Nobody gives back more for a top-up than it brought: what was refunded already is the marketplace's loss. */
async function borneBy(tx: Tx, topUp: Payment, amount: AmountMicros): Promise<AmountMicros> {
  const left = minusMicros(topUp.amount, await tx.payments.returnedOf(topUp.id));
  return left > 0n ? minMicros(amount, left) : ZERO_MICROS;
}
