import type { BookingId, EarningId } from '../common/ids.ts';
import type { AmountMicros } from '../common/money.ts';
import { ZERO_MICROS, amountMicros, minMicros, minusMicros } from '../common/money.ts';
import type { Earning } from './earning.ts';
import { remainderOf } from './earning.ts';

/** Where an amount that a provider has to give back comes from. The parts sum to the amount. */
export interface TakingBackPlan {
  readonly fromHeld: readonly { readonly earningId: EarningId; readonly amount: AmountMicros }[];
  readonly heldTotal: AmountMicros;
  readonly fromAvailable: AmountMicros;
  readonly owed: AmountMicros;
}

/**
 * Plans it in this order: what is held back for the same booking, what is available, what is held back for other bookings
 * (in the order given, oldest first). What is left is owed, and repaid from later earnings.
 */
export function planTakingBack(input: {
  readonly amount: AmountMicros;
  readonly bookingId: BookingId;
  readonly held: readonly Pick<Earning, 'id' | 'bookingId' | 'amount' | 'taken'>[];
  readonly available: AmountMicros;
}): TakingBackPlan {
  const fromHeld: { earningId: EarningId; amount: AmountMicros }[] = [];
  let left = input.amount;
  const takeFrom = (earning: (typeof input.held)[number]): void => {
    const amount = minMicros(left, remainderOf(earning));
    if (amount === 0n) return;
    fromHeld.push({ earningId: earning.id, amount });
    left = minusMicros(left, amount);
  };
  for (const earning of input.held) if (earning.bookingId === input.bookingId) takeFrom(earning);
  const fromAvailable = minMicros(left, input.available);
  left = minusMicros(left, fromAvailable);
  for (const earning of input.held) if (earning.bookingId !== input.bookingId) takeFrom(earning);
  const heldTotal = fromHeld.reduce<AmountMicros>((sum, { amount }) => amountMicros(sum + amount), ZERO_MICROS);
  return { fromHeld, heldTotal, fromAvailable, owed: left };
}
