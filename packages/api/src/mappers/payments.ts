import type { StatementLine } from '@rsm/domain/ledger/ledger';
import type { AutoTopUpView } from '@rsm/domain/payments/auto-top-ups';
import type { Card } from '@rsm/domain/payments/card';
import type { Payment } from '@rsm/domain/payments/payment';
import type { Earnings, Wallet } from '@rsm/domain/payments/payments-service';
import type { RefundQuote } from '@rsm/domain/payments/refunds';
import type {
  AutoTopUpRead,
  CardRead,
  EarningsRead,
  PaymentRead,
  RefundQuoteRead,
  StatementLineRead,
  WalletRead,
} from '../schemas/payments.ts';
import { toTime, toTimeOrNull } from './common.ts';

export function toWalletRead(wallet: Wallet): WalletRead {
  return {
    availableMicros: wallet.available,
    heldMicros: wallet.held,
    owedMicros: wallet.owed,
    currency: wallet.currency,
  };
}

export function toEarningsRead(earnings: Earnings): EarningsRead {
  return {
    pendingMicros: earnings.pending,
    availableMicros: earnings.available,
    owedMicros: earnings.owed,
    currency: earnings.currency,
  };
}

export function toPaymentRead(payment: Payment): PaymentRead {
  return {
    id: payment.id,
    userId: payment.userId,
    kind: payment.kind,
    status: payment.status,
    processor: payment.processor,
    amountMicros: payment.amount,
    currency: payment.currency,
    note: payment.note,
    createdAt: toTime(payment.createdAt),
    settledAt: toTimeOrNull(payment.settledAt),
    originalPaymentId: payment.originalPaymentId,
    cardId: payment.cardId,
    isAutomatic: payment.isAutomatic,
    actionUrl: payment.actionUrl,
    reversedAt: toTimeOrNull(payment.reversedAt),
  };
}

export function toRefundQuoteRead(quote: RefundQuote): RefundQuoteRead {
  return {
    amountMicros: quote.amount,
    currency: quote.currency,
    parts: quote.parts.map(({ amount, card, topUp }) => ({
      paymentId: topUp.id,
      paidAt: toTime(topUp.createdAt),
      amountMicros: amount,
      card: card === null ? null : { brand: card.brand, lastFour: card.lastFour },
    })),
  };
}

export function toCardRead(card: Card): CardRead {
  return {
    id: card.id,
    brand: card.brand,
    lastFour: card.lastFour,
    expiryMonth: card.expiryMonth,
    expiryYear: card.expiryYear,
    isDefault: card.isDefault,
    createdAt: toTime(card.createdAt),
  };
}

export function toAutoTopUpRead(wish: AutoTopUpView): AutoTopUpRead {
  const { stoppedAt, stoppedReason } = wish;
  return {
    cardId: wish.cardId,
    thresholdMicros: wish.threshold,
    amountMicros: wish.amount,
    monthlyLimitMicros: wish.monthlyLimit,
    usedThisMonthMicros: wish.usedThisMonth,
    currency: wish.currency,
    stopped: stoppedAt === null ? null : { at: toTime(stoppedAt), reason: stoppedReason ?? '' },
    pausedUntil: toTimeOrNull(wish.pausedUntil),
  };
}

export function toAutoTopUpReadOrNull(wish: AutoTopUpView | null): { autoTopUp: AutoTopUpRead | null } {
  return { autoTopUp: wish === null ? null : toAutoTopUpRead(wish) };
}

export function toStatementLineRead(line: StatementLine): StatementLineRead {
  return {
    transferId: line.transferId,
    kind: line.kind,
    bookingId: line.bookingId,
    paymentId: line.paymentId,
    explanation: line.explanation,
    amountMicros: line.amount,
    currency: line.currency,
    at: toTime(line.at),
  };
}
