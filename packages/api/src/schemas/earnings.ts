import { z } from 'zod';
import { earningHolds } from '@rsm/domain/earnings/earning';
import { currencyOutput, idOutput, microsOutput, pageOf, timeOutput } from './common.ts';

export const heldEarningRead = z.strictObject({
  id: idOutput,
  bookingId: idOutput,
  /** Counts the charges of a booking from 0: one a week, and the last one at the end. */
  part: z.int().min(0),
  /** The provider's share of the charge. */
  amountMicros: microsOutput,
  /** What of it went back to the renter, or repaid what the provider owes. */
  takenMicros: microsOutput,
  currency: currencyOutput,
  /** Every reason for which it is held back now. */
  holds: z.array(z.enum(earningHolds)),
  /** A new provider's earnings wait until then. */
  reservedUntil: timeOutput.nullable(),
  createdAt: timeOutput,
});
export type HeldEarningRead = z.infer<typeof heldEarningRead>;
export const heldEarningPage = pageOf(heldEarningRead);
