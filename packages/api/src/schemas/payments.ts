import { z } from 'zod';
import { userIdSchema } from '@rsm/domain/common/ids';
import { transferKinds } from '@rsm/domain/ledger/ledger';
import { paymentKinds, paymentStatuses, processorNames } from '@rsm/domain/payments/payment';
import {
  currencyOutput,
  idempotencyKeyInput,
  idOutput,
  microsOutput,
  moneyInput,
  pageFields,
  pageOf,
  reasonInput,
  timeOutput,
} from './common.ts';

export const walletRead = z.strictObject({
  availableMicros: microsOutput,
  /** Set aside for bookings: the most they can cost. */
  heldMicros: microsOutput,
  currency: currencyOutput,
});
export type WalletRead = z.infer<typeof walletRead>;

export const earningsRead = z.strictObject({
  /** Held back: `earnings.listHeld` says why. */
  pendingMicros: microsOutput,
  availableMicros: microsOutput,
  /** What the next earnings repay. */
  owedMicros: microsOutput,
  currency: currencyOutput,
});
export type EarningsRead = z.infer<typeof earningsRead>;

export const topUpCreate = z.strictObject({
  idempotencyKey: idempotencyKeyInput,
  amount: moneyInput,
  /** The processor's token of a card; in the demo one of the well-known test card numbers. */
  source: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9_ -]{1,200}$/, { error: 'Must be a card as the card form gives it.' }),
});

/** An admin's transfer into or out of a wallet. */
export const manualTransferCreate = z.strictObject({
  idempotencyKey: idempotencyKeyInput,
  userId: userIdSchema,
  amount: moneyInput,
  reason: reasonInput,
});

export const paymentRead = z.strictObject({
  id: idOutput,
  userId: idOutput,
  kind: z.enum(paymentKinds),
  status: z.enum(paymentStatuses),
  processor: z.enum(processorNames),
  /** Always positive; the kind says the direction. */
  amountMicros: microsOutput,
  currency: currencyOutput,
  note: z.string().nullable(),
  createdAt: timeOutput,
  settledAt: timeOutput.nullable(),
});
export type PaymentRead = z.infer<typeof paymentRead>;
export const paymentPage = pageOf(paymentRead);

export const statementList = z
  .strictObject({
    ...pageFields,
    account: z.enum(['wallet', 'provider_pending', 'provider_available']).default('wallet'),
  })
  .prefault({});

export const statementLineRead = z.strictObject({
  transferId: idOutput,
  kind: z.enum(transferKinds),
  bookingId: idOutput.nullable(),
  paymentId: idOutput.nullable(),
  explanation: z.string(),
  /** Signed, as the account sees it. */
  amountMicros: microsOutput,
  currency: currencyOutput,
  at: timeOutput,
});
export type StatementLineRead = z.infer<typeof statementLineRead>;
export const statementPage = pageOf(statementLineRead);
