import type { EarningsRead } from '@rsm/api/schemas/payments';
import type { PayoutAccountRead } from '@rsm/api/schemas/payouts';
import { amountMicros } from '@rsm/domain/common/money';
import { instant } from '@rsm/domain/common/instant';
import { PAYOUT_MIN_MICROS, payableOf, payoutWeekOf } from '@rsm/domain/payouts/payout';

const WEEK_MS = 7 * 86_400_000;

/** What a payout of this moment would be. */
export type NextPayout =
  | {
      readonly kind: 'ready';
      readonly amountMicros: bigint;
      /** Less than a cent, which stays for the next one. */
      readonly remainderMicros: bigint;
      /** What is owed and repaid before. */
      readonly repaidMicros: bigint;
    }
  | { readonly kind: 'too_little'; readonly missingMicros: bigint; readonly repaidMicros: bigint }
  | { readonly kind: 'no_account' };

/** The payout that the server would make now: what is owed is repaid first, and parts of a cent stay. */
export function nextPayout(
  balances: Pick<EarningsRead, 'availableMicros' | 'owedMicros'>,
  account: PayoutAccountRead['status'],
): NextPayout {
  if (account !== 'ready' && account !== 'by_hand') return { kind: 'no_account' };
  const { availableMicros, owedMicros } = balances;
  const repaidMicros = owedMicros < availableMicros ? owedMicros : availableMicros;
  const { amount, remainder } = payableOf(amountMicros(availableMicros - repaidMicros));
  if (amount < PAYOUT_MIN_MICROS)
    return { kind: 'too_little', missingMicros: PAYOUT_MIN_MICROS - amount, repaidMicros };
  return { kind: 'ready', amountMicros: amount, remainderMicros: remainder, repaidMicros };
}

/** When the next weekly run begins: Monday, 00:00 UTC. */
export function nextWeeklyRun(nowMs: number): Date {
  return new Date(payoutWeekOf(instant(nowMs)) + WEEK_MS);
}
