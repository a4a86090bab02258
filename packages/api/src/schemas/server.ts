import { z } from 'zod';
import { cardPaymentModes } from '@rsm/domain/payments/payment-processor';
import { currencyOutput, timeOutput } from './common.ts';

/** What a client learns before anybody signs in. */
export const serverInfoRead = z.strictObject({
  version: z.string(),
  /** Older clients are told to update. */
  oldestClientVersion: z.string(),
  mode: z.enum(['demo', 'production']),
  currency: currencyOutput,
  /** The tax that every price includes: 1900 basis points are 19 % of the net amount. None is ever added on top. */
  tax: z.strictObject({ name: z.string(), basisPoints: z.int() }),
  /** Shown beside every card form; null when payments are in earnest. */
  processorNotice: z.string().nullable(),
  /** Whether wallets are filled by card: not at all, by one that is typed in each time, or by one that the processor keeps. */
  cardPayments: z.enum(cardPaymentModes),
  /** The server's clock: clients count down with it. */
  time: timeOutput,
});
export type ServerInfoRead = z.infer<typeof serverInfoRead>;
