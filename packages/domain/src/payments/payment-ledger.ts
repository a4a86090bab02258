import type { IdSource } from '../common/ids.ts';
import { debtIdSchema, ledgerTransferIdSchema, newId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { AmountMicros } from '../common/money.ts';
import { ZERO_MICROS, amountMicros, formatMicros, minMicros, minusMicros } from '../common/money.ts';
import type { Debt } from '../debts/debt.ts';
import { planRepayment } from '../debts/repayment.ts';
import type { EventKind } from '../events/event.ts';
import type { Posting } from '../ledger/payment-transfers.ts';
import {
  chargebackReversedTransfer,
  chargebackTransfer,
  renterDebtRepaidTransfer,
  manualTransfer,
  refundReversedTransfer,
  refundTransfer,
  topUpTransfer,
} from '../ledger/payment-transfers.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import { requestAutoTopUp } from './auto-top-up.ts';
import type { Payment } from './payment.ts';

/**
 * Moves the money of payments, always inside the caller's transaction. Locks in the order of the house: debts, then the
 * ledger's accounts.
 */
export class PaymentLedger {
  readonly #clock: Clock;
  readonly #ids: IdSource;

  constructor(options: { readonly clock: Clock; readonly ids: IdSource }) {
    this.#clock = options.clock;
    this.#ids = options.ids;
  }

  /** A top-up reached the wallet; what its owner owes is paid back first. */
  async topUp(tx: Tx, payment: Payment): Promise<void> {
    await this.#withDebtsRepaid(tx, payment, async () => {
      await tx.ledger.post(topUpTransfer(this.#posting(), payment));
    });
    tell(tx, payment, 'wallet_changed', `${amountOf(payment)} reached your wallet.`);
  }

  /** An admin's transfer; a credit pays back first what is owed. @throws DomainError insufficient_funds */
  async manual(tx: Tx, payment: Payment, kind: 'manual_credit' | 'manual_debit', reason: string): Promise<void> {
    const post = async (): Promise<void> => {
      await tx.ledger.post(manualTransfer(this.#posting(), payment, kind, reason));
    };
    if (kind === 'manual_credit') await this.#withDebtsRepaid(tx, payment, post);
    else await post();
    const verb = kind === 'manual_debit' ? 'left' : 'reached';
    tell(tx, payment, 'wallet_changed', `${amountOf(payment)} ${verb} your wallet.`);
  }

  /** @throws DomainError insufficient_funds */
  async refund(tx: Tx, payment: Payment): Promise<void> {
    await tx.ledger.post(refundTransfer(this.#posting(), payment));
  }

  /**
   * A refund did not reach its card. When the bank has taken the same payment back meanwhile, the renter has his money
   * twice: what he bears of that chargeback grows, and is taken at once.
   */
  async reverseRefund(tx: Tx, refund: Payment, topUp: Payment): Promise<void> {
    const grown = await this.#growingChargebacks(tx, topUp);
    for (const { chargeback, more } of grown) {
      await tx.payments.setBorne(chargeback.id, amountMicros((chargeback.borne ?? 0n) + more));
      await tx.debts.insert(this.#debtOf(chargeback, more));
    }
    await this.#withDebtsRepaid(tx, refund, async () => {
      await tx.ledger.post(refundReversedTransfer(this.#posting(), refund));
    });
  }

  /** The bank took a payment back. The renter bears what of it he was not given back otherwise. */
  async chargeback(tx: Tx, payment: Payment): Promise<void> {
    const borne = payment.borne ?? ZERO_MICROS;
    const balance = await tx.ledger.lockBalance({ kind: 'wallet', userId: payment.userId });
    const fromWallet = minMicros(balance, borne);
    await tx.ledger.post(chargebackTransfer(this.#posting(), payment, fromWallet));
    const owed = minusMicros(borne, fromWallet);
    if (owed > 0n) await tx.debts.insert(this.#debtOf(payment, owed));
  }

  /** The bank gave it back: everything is as before, the debt that came of it first. */
  async reverseChargeback(tx: Tx, payment: Payment): Promise<void> {
    await this.#withDebtsRepaid(tx, payment, async () => {
      await tx.ledger.post(chargebackReversedTransfer(this.#posting(), payment, payment.borne ?? ZERO_MICROS));
    });
  }

  async #growingChargebacks(
    tx: Tx,
    topUp: Payment,
  ): Promise<readonly { readonly chargeback: Payment; readonly more: AmountMicros }[]> {
    let room = minusMicros(topUp.amount, await tx.payments.returnedOf(topUp.id));
    const chargebacks = await tx.payments.listChargebacks(topUp.id);
    return chargebacks.flatMap((chargeback) => {
      const more = minMicros(room, minusMicros(chargeback.amount, chargeback.borne ?? ZERO_MICROS));
      room = minusMicros(room, more);
      return more > 0n ? [{ chargeback, more }] : [];
    });
  }

  /** Posts money into a wallet and pays back from it what its owner owes: what came of this payment first, then the oldest. */
  async #withDebtsRepaid(tx: Tx, payment: Payment, post: () => Promise<void>): Promise<void> {
    const open = await tx.debts.lockOpen(payment.userId, 'renter');
    await post();
    if (open.length === 0) return;
    const ofThis = (debt: Debt): number => (debt.paymentId === payment.id ? 0 : 1);
    const debts = open.toSorted((a, b) => ofThis(a) - ofThis(b));
    const balance = await tx.ledger.lockBalance({ kind: 'wallet', userId: payment.userId });
    const plan = planRepayment(debts, balance);
    for (const { amount, debtId } of plan.parts) {
      const debt = debts.find(({ id }) => id === debtId);
      if (debt === undefined) continue;
      await tx.debts.repay(debtId, amount);
      await tx.ledger.post(renterDebtRepaidTransfer(this.#posting(), debt, amount, payment.id));
    }
    if (plan.total === 0n) return;
    const repaid = formatMicros(plan.total, payment.currency);
    tell(tx, payment, 'wallet_changed', `${repaid} of your wallet repaid what you owed.`);
  }

  #debtOf(chargeback: Payment, amount: AmountMicros): Debt {
    return {
      id: newId(this.#ids, debtIdSchema),
      userId: chargeback.userId,
      side: 'renter',
      bookingId: null,
      paymentId: chargeback.id,
      amount,
      repaid: ZERO_MICROS,
      currency: chargeback.currency,
      createdAt: this.#clock.now(),
    };
  }

  #posting(): Posting {
    return { id: newId(this.#ids, ledgerTransferIdSchema), at: this.#clock.now() };
  }
}

/** Says to a payment's owner what became of it. */
export function tell(tx: Tx, payment: Payment, kind: EventKind, text: string): void {
  tx.events.add({ audience: payment.userId, kind, subject: 'payment', subjectId: payment.id, text });
}

/** The amount as a sentence names it. */
export function amountOf(payment: Pick<Payment, 'amount' | 'currency'>): string {
  return formatMicros(payment.amount, payment.currency);
}

/** Ends the wish for automatic top-ups and says why; nothing when there is none that stands. */
export async function stopAutoTopUp(
  tx: Tx,
  userId: Payment['userId'],
  change: { readonly at: Payment['createdAt']; readonly reason: string },
): Promise<void> {
  if (!(await tx.autoTopUps.stop(userId, change))) return;
  tx.events.add({
    audience: userId,
    kind: 'auto_top_up_stopped',
    subject: 'user',
    subjectId: userId,
    text: `Automatic top-up has stopped: ${change.reason} Set it anew when you want it again.`,
  });
}

/** After money left a wallet: asks for a look whether it wants filling. */
export async function afterMoneyLeft(tx: Tx, userId: Payment['userId'], at: Payment['createdAt']): Promise<void> {
  if (await tx.autoTopUps.isDue(userId, at)) requestAutoTopUp(tx.jobs, userId);
}
