import type { DebtId } from '../common/ids.ts';
import type { AmountMicros } from '../common/money.ts';
import { ZERO_MICROS, minMicros, minusMicros } from '../common/money.ts';
import type { Debt } from './debt.ts';
import { owedOf } from './debt.ts';

export interface RepaymentPlan {
  readonly parts: readonly { readonly debtId: DebtId; readonly amount: AmountMicros }[];
  readonly total: AmountMicros;
}

/** How an amount that came in repays debts: in the order given (oldest first), each at most what is owed. */
export function planRepayment(
  debts: readonly Pick<Debt, 'id' | 'amount' | 'repaid'>[],
  income: AmountMicros,
): RepaymentPlan {
  const parts: { debtId: DebtId; amount: AmountMicros }[] = [];
  let left = income;
  for (const debt of debts) {
    const amount = minMicros(left, owedOf(debt));
    if (amount === 0n) continue;
    parts.push({ debtId: debt.id, amount });
    left = minusMicros(left, amount);
  }
  return { parts, total: parts.length === 0 ? ZERO_MICROS : minusMicros(income, left) };
}
