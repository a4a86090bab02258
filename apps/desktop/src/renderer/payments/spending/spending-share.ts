import type { SpendingRead } from '@rsm/api/schemas/spending';
import type { Tone } from '../../ui/badge.tsx';

/** Parts of the bar: per mille of the limit. */
export const BAR_PARTS = 1_000;

/** How far a month has gone towards its limit. */
export interface SpendingShare {
  /** 0 to `BAR_PARTS`; a limit that was lowered since fills the bar. */
  readonly parts: number;
  /** Whole per cent, rounded down: 100 % is said only when it is reached. It may be more. */
  readonly percent: number;
  readonly tone: Extract<Tone, 'success' | 'warning' | 'danger'>;
}

export function spendingShare(spentMicros: bigint, limitMicros: bigint): SpendingShare {
  const percent = Number((spentMicros * 100n) / limitMicros);
  const parts = Number((spentMicros * BigInt(BAR_PARTS)) / limitMicros);
  return {
    parts: Math.min(parts, BAR_PARTS),
    percent,
    tone: percent >= 100 ? 'danger' : percent >= 80 ? 'warning' : 'success',
  };
}

/** What is missing of the month for a booking's maximum; zero where there is no limit or enough is left. */
export function missingOfMonth(spending: Pick<SpendingRead, 'leftMicros'>, maximumMicros: bigint): bigint {
  const { leftMicros } = spending;
  return leftMicros === null || leftMicros >= maximumMicros ? 0n : maximumMicros - leftMicros;
}
