import type { DebtId, LedgerTransferId, PaymentId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { amountMicros, minusMicros, negateMicros } from '../common/money.ts';
import type { Payment } from '../payments/payment.ts';
import type { LedgerEntry, LedgerTransfer, TransferKind } from './ledger.ts';

type OfPayment = Pick<Payment, 'id' | 'userId' | 'amount' | 'currency'>;

/** Where and when a transfer is noted. */
export interface Posting {
  readonly id: LedgerTransferId;
  readonly at: Instant;
}

function transfer(
  posting: Posting,
  payment: OfPayment,
  rest: {
    readonly kind: TransferKind;
    readonly step: string;
    readonly explanation: string;
    readonly entries: readonly LedgerEntry[];
  },
): LedgerTransfer {
  return {
    ...posting,
    kind: rest.kind,
    idempotencyKey: `payment:${payment.id}:${rest.step}`,
    bookingId: null,
    paymentId: payment.id,
    explanation: rest.explanation,
    currency: payment.currency,
    entries: rest.entries.filter(({ amount }) => amount !== 0n),
  };
}

/** Money that reached the processor is in the wallet. What lies at the processor stands in `clearing` below zero. */
export function topUpTransfer(posting: Posting, payment: OfPayment): LedgerTransfer {
  return transfer(posting, payment, {
    kind: 'top_up',
    step: 'settled',
    explanation: 'Top-up of your wallet.',
    entries: [
      { account: { kind: 'wallet', userId: payment.userId }, amount: payment.amount },
      { account: { kind: 'clearing' }, amount: negateMicros(payment.amount) },
    ],
  });
}

/** An admin moved money by hand, for the reason that he gave. */
export function manualTransfer(
  posting: Posting,
  payment: OfPayment,
  kind: 'manual_credit' | 'manual_debit',
  reason: string,
): LedgerTransfer {
  const intoWallet = kind === 'manual_debit' ? negateMicros(payment.amount) : payment.amount;
  return transfer(posting, payment, {
    kind,
    step: 'settled',
    explanation: reason,
    entries: [
      { account: { kind: 'wallet', userId: payment.userId }, amount: intoWallet },
      { account: { kind: 'adjustments' }, amount: negateMicros(intoWallet) },
    ],
  });
}

/** Taken out of the wallet when the refund is asked for, so that it can't be spent meanwhile. */
export function refundTransfer(posting: Posting, payment: OfPayment): LedgerTransfer {
  return transfer(posting, payment, {
    kind: 'refund',
    step: 'refund',
    explanation: 'Goes back to your card.',
    entries: [
      { account: { kind: 'wallet', userId: payment.userId }, amount: negateMicros(payment.amount) },
      { account: { kind: 'clearing' }, amount: payment.amount },
    ],
  });
}

/** The card did not take it: it is in the wallet again. */
export function refundReversedTransfer(posting: Posting, payment: OfPayment): LedgerTransfer {
  return transfer(posting, payment, {
    kind: 'refund_reversed',
    step: 'refund_reversed',
    explanation: 'The refund did not reach your card: the money is back in your wallet.',
    entries: [
      { account: { kind: 'wallet', userId: payment.userId }, amount: payment.amount },
      { account: { kind: 'clearing' }, amount: negateMicros(payment.amount) },
    ],
  });
}

/** The bank took a card payment back: the wallet gives what it has, the losses account carries the rest. */
export function chargebackTransfer(posting: Posting, payment: OfPayment, fromWallet: AmountMicros): LedgerTransfer {
  return transfer(posting, payment, {
    kind: 'chargeback',
    step: 'chargeback',
    explanation: 'Your bank took a card payment back.',
    entries: [
      { account: { kind: 'clearing' }, amount: payment.amount },
      { account: { kind: 'wallet', userId: payment.userId }, amount: negateMicros(fromWallet) },
      { account: { kind: 'losses' }, amount: minusMicros(fromWallet, payment.amount) },
    ],
  });
}

/** The bank gave it back to us: the renter gets what he bore, the losses account what it bore itself. */
export function chargebackReversedTransfer(posting: Posting, payment: OfPayment, borne: AmountMicros): LedgerTransfer {
  return transfer(posting, payment, {
    kind: 'chargeback_reversed',
    step: 'chargeback_reversed',
    explanation: 'The chargeback of your card payment was decided in favour of the payment.',
    entries: [
      { account: { kind: 'clearing' }, amount: negateMicros(payment.amount) },
      { account: { kind: 'wallet', userId: payment.userId }, amount: borne },
      { account: { kind: 'losses' }, amount: minusMicros(payment.amount, borne) },
    ],
  });
}

/** A renter pays back what he owes. `cause` is the payment whose money does it. */
export function renterDebtRepaidTransfer(
  posting: Posting,
  debt: {
    readonly id: DebtId;
    readonly userId: UserId;
    readonly paymentId: PaymentId | null;
    readonly currency: Currency;
  },
  amount: AmountMicros,
  cause: string,
): LedgerTransfer {
  return {
    ...posting,
    kind: 'debt_repaid',
    idempotencyKey: `debt:${debt.id}:repaid:${cause}`,
    bookingId: null,
    paymentId: debt.paymentId,
    explanation: 'Pays back what you owed the marketplace.',
    currency: debt.currency,
    entries: [
      { account: { kind: 'wallet', userId: debt.userId }, amount: negateMicros(amount) },
      { account: { kind: 'losses' }, amount: amountMicros(amount) },
    ],
  };
}
