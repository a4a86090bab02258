import { z } from 'zod';
import { paymentIdSchema } from '@rsm/domain/common/ids';
import { paymentStatuses, processorNames } from '@rsm/domain/payments/payment';
import { payoutAccountStatuses } from '@rsm/domain/payouts/payout-account';
import { payoutLineSorts } from '@rsm/domain/payouts/payout-statement';
import { payoutOrigins } from '@rsm/domain/payouts/payout';
import {
  currencyOutput,
  idempotencyKeyInput,
  idOutput,
  lineInput,
  microsOutput,
  pageFields,
  pageOf,
  reasonInput,
  timeOutput,
} from './common.ts';
import { statementLineRead } from './payments.ts';

export const payoutAccountRead = z.strictObject({
  /** `by_hand` where the operator pays and nobody needs an account. */
  status: z.enum(payoutAccountStatuses),
  /** What the processor still wants, in its words. */
  missing: z.array(z.string()),
  /** Why it takes no payouts, in the processor's words. */
  disabledReason: z.string().nullable(),
  /** When the processor was asked last. */
  refreshedAt: timeOutput.nullable(),
});
export type PayoutAccountRead = z.infer<typeof payoutAccountRead>;

export const payoutOnboardingRead = z.strictObject({
  /** The processor's own page; it works once and for minutes. */
  url: z.url(),
  account: payoutAccountRead,
});
export type PayoutOnboardingRead = z.infer<typeof payoutOnboardingRead>;

export const payoutCreate = z.strictObject({ idempotencyKey: idempotencyKeyInput });

export const payoutGet = z.strictObject({ id: paymentIdSchema });

export const payoutLineList = z.strictObject({ id: paymentIdSchema, ...pageFields });

export const payoutReject = z.strictObject({
  idempotencyKey: idempotencyKeyInput,
  id: paymentIdSchema,
  reason: reasonInput,
});

export const payoutConfirm = z.strictObject({
  ...payoutReject.shape,
  /** The bank's or processor's own reference of what was paid. */
  reference: lineInput(200),
});

export const payoutRead = z.strictObject({
  id: idOutput,
  status: z.enum(paymentStatuses),
  processor: z.enum(processorNames),
  /** The processor's or the bank's own reference, once there is one. */
  reference: z.string().nullable(),
  amountMicros: microsOutput,
  currency: currencyOutput,
  origin: z.enum(payoutOrigins),
  /** Whether the operator pays it himself. */
  isByHand: z.boolean(),
  /** Why it failed, or the reason that an admin gave. */
  note: z.string().nullable(),
  createdAt: timeOutput,
  settledAt: timeOutput.nullable(),
  /** When its money was available again. */
  reversedAt: timeOutput.nullable(),
});
export type PayoutRead = z.infer<typeof payoutRead>;
export const payoutPage = pageOf(payoutRead);

/** `carriedInMicros` and all sums together are the amount and what is left over. */
export const payoutStatementRead = z.strictObject({
  payout: payoutRead,
  /** What the payout before left over. */
  carriedInMicros: microsOutput,
  sums: z.array(z.strictObject({ sort: z.enum(payoutLineSorts), count: z.int().min(1), amountMicros: microsOutput })),
  /** What stays for the next payout: less than a minor unit. */
  carriedOutMicros: microsOutput,
});
export type PayoutStatementRead = z.infer<typeof payoutStatementRead>;

export const payoutLineRead = z.strictObject({ ...statementLineRead.shape, sort: z.enum(payoutLineSorts) });
export type PayoutLineRead = z.infer<typeof payoutLineRead>;
export const payoutLinePage = pageOf(payoutLineRead);

/** A payout that waits for an admin. */
export const waitingPayoutRead = z.strictObject({
  ...payoutRead.shape,
  providerId: idOutput,
  providerName: z.string(),
  /** How often the processor was asked. */
  attempts: z.int().min(0),
});
export type WaitingPayoutRead = z.infer<typeof waitingPayoutRead>;
export const waitingPayoutPage = pageOf(waitingPayoutRead);
