import type { AmountMicros } from '../common/money.ts';
import { ZERO_MICROS, amountMicros } from '../common/money.ts';
import type { TransferKind } from '../ledger/ledger.ts';
import type { Payout } from './payout.ts';

/** What a line of a payout's statement is about, in the order in which a statement shows them. */
export const payoutLineSorts = ['earning', 'taken_back', 'debt_repaid', 'payout_returned', 'other'] as const;
export type PayoutLineSort = (typeof payoutLineSorts)[number];

/** The sum of the lines that one kind of transfer made. */
export interface PayoutTotal {
  readonly kind: TransferKind;
  readonly count: number;
  readonly amount: AmountMicros;
}

/** What a payout is made of: `carriedIn` and all sums together are its amount and what it leaves over. */
export interface PayoutStatement {
  readonly payout: Payout;
  /** What the payout before left over. */
  readonly carriedIn: AmountMicros;
  /** One per sort that occurs. */
  readonly sums: readonly { readonly sort: PayoutLineSort; readonly count: number; readonly amount: AmountMicros }[];
  /** What stays for the next one: less than a minor unit. */
  readonly carriedOut: AmountMicros;
}

/** Kinds of transfers that move available earnings; another one would be shown as `other`. */
const SORTS: { readonly [Kind in TransferKind]?: PayoutLineSort } = {
  earning_available: 'earning',
  charge_returned: 'taken_back',
  provider_penalty: 'taken_back',
  dispute_refund: 'taken_back',
  debt_repaid: 'debt_repaid',
  payout_reversed: 'payout_returned',
};

/** What the transfer behind a line of available earnings is to a provider. */
export function payoutLineSort(kind: TransferKind): PayoutLineSort {
  return SORTS[kind] ?? 'other';
}

/**
 * Adds a payout's lines up.
 * @throws Error when they do not make up its amount to the last millionth, which is a mistake of ours
 */
export function makePayoutStatement(payout: Payout, totals: readonly PayoutTotal[]): PayoutStatement {
  const sums = payoutLineSorts.flatMap((sort) => {
    const own = totals.filter(({ kind }) => payoutLineSort(kind) === sort);
    if (own.length === 0) return [];
    const count = own.reduce((sum, total) => sum + total.count, 0);
    return [{ sort, count, amount: own.reduce<AmountMicros>((sum, { amount }) => add(sum, amount), ZERO_MICROS) }];
  });
  const total = sums.reduce<AmountMicros>((sum, { amount }) => add(sum, amount), payout.carriedIn);
  if (total !== payout.amount + payout.remainder) {
    throw new Error(
      `The lines of payout ${payout.id} sum to ${String(total)}, which is not what was paid and left over.`,
    );
  }
  return { payout, carriedIn: payout.carriedIn, sums, carriedOut: payout.remainder };
}

const add = (a: AmountMicros, b: AmountMicros): AmountMicros => amountMicros(a + b);
