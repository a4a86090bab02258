import { z } from 'zod';
import { bookingIdSchema, disputeIdSchema } from '@rsm/domain/common/ids';
import {
  DISPUTE_TEXT_LENGTH_MAX,
  DISPUTE_TEXT_LENGTH_MIN,
  disputeOutcomes,
  disputeReasons,
  disputeSides,
  disputeStatuses,
} from '@rsm/domain/disputes/dispute';
import { disputeEvidenceSchema } from '@rsm/domain/disputes/dispute-evidence';
import {
  currencyOutput,
  idempotencyKeyInput,
  idOutput,
  microsOutput,
  moneyInput,
  pageFields,
  pageOf,
  pageRequest,
  reasonInput,
  textInput,
  timeOutput,
} from './common.ts';

/** What a side tells the other and the admin, in several lines. */
const statement = textInput(DISPUTE_TEXT_LENGTH_MAX).min(DISPUTE_TEXT_LENGTH_MIN, {
  error: `Say in at least ${String(DISPUTE_TEXT_LENGTH_MIN)} characters what happened.`,
});

export const disputeRef = z.strictObject({ id: disputeIdSchema });
export const disputeOpen = z.strictObject({
  bookingId: bookingIdSchema,
  reason: z.enum(disputeReasons, { error: `Must be one of ${disputeReasons.join(', ')}.` }),
  text: statement,
});
export const disputeRespond = z.strictObject({ id: disputeIdSchema, text: statement });
export const disputeDecide = z.strictObject({
  idempotencyKey: idempotencyKeyInput,
  id: disputeIdSchema,
  outcome: z.enum(disputeOutcomes, { error: `Must be one of ${disputeOutcomes.join(', ')}.` }),
  /** What goes back to the renter; with `partial` only. */
  amount: moneyInput.nullable().default(null),
  reason: reasonInput,
});
export const disputeList = z
  .strictObject({ ...pageFields, bookingId: bookingIdSchema.nullable().default(null) })
  .prefault({});
export const disputeListOpen = pageRequest;

export const disputeRead = z.strictObject({
  id: idOutput,
  bookingId: idOutput,
  viewer: z.enum([...disputeSides, 'admin']),
  openedBy: z.enum(disputeSides),
  reason: z.enum(disputeReasons),
  text: z.string(),
  status: z.enum(disputeStatuses),
  /** What the other side says. */
  response: z.string().nullable(),
  respondedAt: timeOutput.nullable(),
  /** Null unless it was decided. */
  decision: z
    .strictObject({
      outcome: z.enum(disputeOutcomes),
      /** What went back to the renter. */
      refundMicros: microsOutput,
      reason: z.string(),
    })
    .nullable(),
  currency: currencyOutput,
  evidenceSha256: z.string(),
  listingTitle: z.string(),
  renterName: z.string(),
  providerName: z.string(),
  createdAt: timeOutput,
  closedAt: timeOutput.nullable(),
});
export type DisputeRead = z.infer<typeof disputeRead>;
export const disputePage = pageOf(disputeRead);

/** A dispute with the product's own records of the booking, as they were when it was opened. */
export const disputeDetailRead = z.strictObject({
  dispute: disputeRead,
  evidence: disputeEvidenceSchema,
  /** The exact text of the evidence: its SHA-256 is `dispute.evidenceSha256`, so that sha256sum(1) can check a saved copy. */
  evidenceDocument: z.string(),
});
export type DisputeDetailRead = z.infer<typeof disputeDetailRead>;
