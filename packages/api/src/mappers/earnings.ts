import type { HeldEarning } from '@rsm/domain/earnings/earnings-service';
import type { HeldEarningRead } from '../schemas/earnings.ts';
import { toTime, toTimeOrNull } from './common.ts';

export function toHeldEarningRead(earning: HeldEarning): HeldEarningRead {
  return {
    id: earning.id,
    bookingId: earning.bookingId,
    part: earning.part,
    amountMicros: earning.amount,
    takenMicros: earning.taken,
    currency: earning.currency,
    holds: [...earning.holds],
    reservedUntil: toTimeOrNull(earning.reservedUntil),
    createdAt: toTime(earning.createdAt),
  };
}
