import { z } from 'zod';
import { handoverCheckSchema, handoverVerdicts } from '@rsm/domain/handovers/handover';
import { timeOutput } from './common.ts';

/** What was checked when the machine was handed over; null parts where nothing was yet. */
export const handoverRead = z.strictObject({
  /** `none`: access did not work yet, or ended before anything was checked. */
  state: z.enum(['none', 'running', 'done']),
  verdict: z.enum(handoverVerdicts).nullable(),
  checks: z.array(handoverCheckSchema).max(20),
  checkedAt: timeOutput.nullable(),
  /** Whether what the machine printed can be read. */
  hasRawOutput: z.boolean(),
  /** Until when the renter may leave and pays nothing; null where he may not. */
  leaveFreeUntil: timeOutput.nullable(),
  /** Whether the viewer may do so now. */
  mayLeaveFree: z.boolean(),
  hasLeftFree: z.boolean(),
});
export type HandoverRead = z.infer<typeof handoverRead>;
