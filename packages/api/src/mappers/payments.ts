import type { StatementLine } from '@rsm/domain/ledger/ledger';
import type { Payment } from '@rsm/domain/payments/payment';
import type { Earnings, Wallet } from '@rsm/domain/payments/payments-service';
import type { EarningsRead, PaymentRead, StatementLineRead, WalletRead } from '../schemas/payments.ts';
import { toTime, toTimeOrNull } from './common.ts';

export function toWalletRead(wallet: Wallet): WalletRead {
  return { availableMicros: wallet.available, heldMicros: wallet.held, currency: wallet.currency };
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
  };
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
