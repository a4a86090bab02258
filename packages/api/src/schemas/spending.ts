import { z } from 'zod';
import { SPENDING_ALARM_PERCENTS } from '@rsm/domain/spending/spending';
import { currencyOutput, microsOutput, moneyInput, timeRangeOutput } from './common.ts';

export const spendingLimitSet = z.strictObject({
  /** For each calendar month in UTC; at least 1.00, at most 1000000.00, whole cents. */
  limit: moneyInput,
});

export const spendingRead = z.strictObject({
  /** The running calendar month in UTC. */
  month: timeRangeOutput,
  /** Null when there is none. */
  limitMicros: microsOutput.nullable(),
  /** `operator` for a renter who decided nothing himself. */
  decidedBy: z.enum(['renter', 'operator']),
  /** Set aside in this month for bookings, less what came back in it. */
  spentMicros: microsOutput,
  /** What may still be set aside; null without a limit. */
  leftMicros: microsOutput.nullable(),
  currency: currencyOutput,
  /** Parts of the limit, in per cent, at which the renter was told this month. */
  alarms: z.array(z.literal(SPENDING_ALARM_PERCENTS)).max(SPENDING_ALARM_PERCENTS.length),
});
export type SpendingRead = z.infer<typeof spendingRead>;
