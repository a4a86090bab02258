import { z } from 'zod';
import { cardIdSchema, paymentIdSchema, userIdSchema } from '@rsm/domain/common/ids';
import { transferKinds } from '@rsm/domain/ledger/ledger';
import { VAULT_CARDS_MAX } from '@rsm/domain/payments/card';
import { paymentKinds, paymentStatuses, processorNames } from '@rsm/domain/payments/payment';
import { REFUND_PARTS_MAX } from '@rsm/domain/payments/refund-split';
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
  /** After a chargeback of a top-up that was spent: what the next top-ups repay first. Nothing is booked until then. */
  owedMicros: microsOutput,
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
  /** The id of one of the actor's saved cards; where no cards are kept, the card as the form gives it. */
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
  /** Of a refund or a chargeback: the top-up whose money goes back. Of a top-up: the one given up before that it makes good. */
  originalPaymentId: idOutput.nullable(),
  cardId: idOutput.nullable(),
  isAutomatic: z.boolean(),
  /** The bank's page on which the card's owner confirms the payment, while that is awaited. */
  actionUrl: z.string().nullable(),
  /** When a refund that had arrived, or a chargeback that was final, was undone. */
  reversedAt: timeOutput.nullable(),
});
export type PaymentRead = z.infer<typeof paymentRead>;
export const paymentPage = pageOf(paymentRead);

export const paymentGet = z.strictObject({ id: paymentIdSchema });

export const refundCreate = z.strictObject({ idempotencyKey: idempotencyKeyInput, amount: moneyInput });
/** One for each top-up that the money comes from. */
export const refundList = z.strictObject({ refunds: z.array(paymentRead).max(REFUND_PARTS_MAX) });

const cardFace = { brand: z.string(), lastFour: z.string().regex(/^\d{4}$/) };

export const refundQuoteRead = z.strictObject({
  /** The most that can go back now. */
  amountMicros: microsOutput,
  currency: currencyOutput,
  /** What of it comes from which top-up, newest first, and goes to which card; null for one that was typed in. */
  parts: z
    .array(
      z.strictObject({
        paymentId: idOutput,
        paidAt: timeOutput,
        amountMicros: microsOutput,
        card: z.strictObject(cardFace).nullable(),
      }),
    )
    .max(REFUND_PARTS_MAX),
});
export type RefundQuoteRead = z.infer<typeof refundQuoteRead>;

export const cardChange = z.strictObject({ id: cardIdSchema });
export const cardRead = z.strictObject({
  id: idOutput,
  ...cardFace,
  expiryMonth: z.int().min(1).max(12),
  expiryYear: z.int(),
  isDefault: z.boolean(),
  createdAt: timeOutput,
});
export type CardRead = z.infer<typeof cardRead>;
export const cardList = z.strictObject({ cards: z.array(cardRead).max(VAULT_CARDS_MAX) });
/** The processor's own page: open it in a browser, never in a frame of ours. */
export const cardSetupRead = z.strictObject({ url: z.url() });

export const autoTopUpSet = z.strictObject({
  cardId: cardIdSchema,
  /** The wallet is filled whenever it holds less. */
  threshold: moneyInput,
  amount: moneyInput,
  /** Per calendar month, in UTC. */
  monthlyLimit: moneyInput,
});
export const autoTopUpRead = z.strictObject({
  cardId: idOutput,
  thresholdMicros: microsOutput,
  amountMicros: microsOutput,
  monthlyLimitMicros: microsOutput,
  usedThisMonthMicros: microsOutput,
  currency: currencyOutput,
  /** Set when a charge did not work: it waits to be set anew. */
  stopped: z.strictObject({ at: timeOutput, reason: z.string() }).nullable(),
  /** Set at a limit: it goes on by itself then. */
  pausedUntil: timeOutput.nullable(),
});
export type AutoTopUpRead = z.infer<typeof autoTopUpRead>;
/** Null when there is no wish. */
export const autoTopUpReadOrNull = z.strictObject({ autoTopUp: autoTopUpRead.nullable() });

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
