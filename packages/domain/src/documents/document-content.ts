import { z } from 'zod';
import { bookingIdSchema, ledgerTransferIdSchema, paymentIdSchema } from '../common/ids.ts';
import { currencySchema } from '../common/money.ts';
import { transferKinds } from '../ledger/ledger.ts';
import { documentKinds } from './document-kind.ts';

/** Whole millionths of the currency unit, as text: JSON has no integers of that size. */
const microsText = z.string().regex(/^(0|-?[1-9]\d{0,18})$/);
const timeText = z.iso.datetime({ precision: 3 });

const partySchema = z.strictObject({
  name: z.string(),
  /** Line by line. */
  address: z.array(z.string()),
  country: z.string().nullable(),
  taxId: z.string().nullable(),
  email: z.string().nullable(),
});
export type DocumentParty = z.infer<typeof partySchema>;

const lineSchema = z.strictObject({
  position: z.int().min(1),
  /** The ledger transfer that this line is about. */
  transferId: ledgerTransferIdSchema,
  kind: z.enum(transferKinds),
  at: timeText,
  /** The transfer's own sentence. */
  text: z.string(),
  booking: z.strictObject({ id: bookingIdSchema, title: z.string(), start: timeText, end: timeText }).nullable(),
  /** Signed: on an invoice what the renter owes, on a statement what the provider has more. */
  amountMicros: microsText,
  /** On a provider's lines of bookings: what the renter paid, and the platform's part of it. */
  grossMicros: microsText.nullable(),
  feeMicros: microsText.nullable(),
});
export type DocumentLine = z.infer<typeof lineSchema>;

/**
 * Everything that a document says, as it was when it was issued: what the PDF is drawn from and what its hash is taken of. Another
 * form gets another number in `format`, and old documents keep theirs.
 */
export const documentContentSchema = z.strictObject({
  format: z.literal(1),
  kind: z.enum(documentKinds),
  number: z.string(),
  issuedAt: timeText,
  /** `end` is not included. */
  period: z.strictObject({ start: timeText, end: timeText }),
  part: z.int().min(1),
  currency: currencySchema,
  issuer: partySchema,
  recipient: partySchema,
  lines: z.array(lineSchema),
  /** The sum of the lines. */
  totalMicros: microsText,
  /** The tax in `grossMicros`: an invoice's total, or the turnover among a provider's lines. `net + included = gross`. */
  tax: z.strictObject({
    name: z.string(),
    basisPoints: z.int().min(0),
    grossMicros: microsText,
    includedMicros: microsText,
    netMicros: microsText,
  }),
  /** On statements: `opening + total = closing`, before a payout of the same statement. */
  balance: z.strictObject({ openingMicros: microsText, closingMicros: microsText }).nullable(),
  payout: z.strictObject({ paymentId: paymentIdSchema, amountMicros: microsText }).nullable(),
});
export type DocumentContent = z.infer<typeof documentContentSchema>;
