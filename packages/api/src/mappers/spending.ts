import type { Spending } from '@rsm/domain/spending/spending';
import type { SpendingRead } from '../schemas/spending.ts';
import { toTimeRange } from './common.ts';

export function toSpendingRead(spending: Spending): SpendingRead {
  return {
    month: toTimeRange(spending.month),
    limitMicros: spending.limit,
    decidedBy: spending.decidedBy,
    spentMicros: spending.spent,
    leftMicros: spending.left,
    currency: spending.currency,
    alarms: [...spending.alarms],
  };
}
