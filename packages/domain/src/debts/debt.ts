import type { BookingId, DebtId, PaymentId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { minusMicros } from '../common/money.ts';

/** As whom a person owes: the wallet or the earnings pay it back. */
export const debtSides = ['renter', 'provider'] as const;
export type DebtSide = (typeof debtSides)[number];

/**
 * What somebody owes the marketplace, because money had to move that he no longer had: a refund after a payout, or a
 * chargeback of a top-up that was spent. The losses account carries it until it is repaid.
 */
export interface Debt {
  readonly id: DebtId;
  readonly userId: UserId;
  readonly side: DebtSide;
  /** What it came from; one of the two. */
  readonly bookingId: BookingId | null;
  readonly paymentId: PaymentId | null;
  readonly amount: AmountMicros;
  readonly repaid: AmountMicros;
  readonly currency: Currency;
  readonly createdAt: Instant;
}

/** What is still owed. */
export function owedOf(debt: Pick<Debt, 'amount' | 'repaid'>): AmountMicros {
  return minusMicros(debt.amount, debt.repaid);
}

export interface DebtReads {
  /** What a person owes on one side, all debts together. */
  owedBy(userId: UserId, side: DebtSide): Promise<AmountMicros>;
  /** Debts that are not repaid, oldest first. */
  listOpen(userId: UserId, side: DebtSide): Promise<readonly Debt[]>;
}

export interface DebtRepository extends DebtReads {
  insert(debt: Debt): Promise<void>;
  /** Debts that are not repaid, oldest first, locked. */
  lockOpen(userId: UserId, side: DebtSide): Promise<readonly Debt[]>;
  /** Guarded: never above what is owed. @throws DomainError conflict */
  repay(id: Debt['id'], amount: AmountMicros): Promise<void>;
}
