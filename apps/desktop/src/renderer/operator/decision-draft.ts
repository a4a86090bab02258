import { disputeOutcomes } from '@rsm/domain/disputes/dispute';
import { z } from 'zod';

/** A decision as it is being typed. */
export const decisionDraftSchema = z.strictObject({
  outcome: z.enum(disputeOutcomes),
  amount: z.string(),
  reason: z.string(),
});
export type DecisionDraft = z.infer<typeof decisionDraftSchema>;
