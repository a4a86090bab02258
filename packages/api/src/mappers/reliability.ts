import type { ReliabilityLoss } from '@rsm/domain/reliability/reliability';
import type { ReliabilityView } from '@rsm/domain/reliability/reliability-service';
import type { ListingLossRead, MachineLossRead, ReliabilityRead } from '../schemas/reliability.ts';
import { toTime, toTimeOrNull } from './common.ts';

export function toReliabilityRead(view: ReliabilityView): ReliabilityRead {
  return {
    ppm: view.ppm,
    computedAt: toTimeOrNull(view.computedAt),
    measuredMs: view.measuredMs,
    bookings: view.bookings,
    days: view.days.map(({ dayStart, ...sums }) => ({ dayStart: toTime(dayStart), ...sums })),
  };
}

export function toMachineLossRead({ at, bookingId, kind, ppm }: ReliabilityLoss): MachineLossRead {
  return { kind, bookingId, at: toTime(at), ppm };
}

/** Nothing that would say who booked the machine, or when exactly. */
export function toListingLossRead({ at, kind, ppm }: ReliabilityLoss): ListingLossRead {
  return { kind, day: toTime(at), ppm };
}
