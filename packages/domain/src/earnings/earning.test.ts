import { describe, expect, it } from 'vitest';
import { bookingIdSchema, debtIdSchema, earningIdSchema } from '../common/ids.ts';
import { DAY_MS, instant, plusMs } from '../common/instant.ts';
import { amountMicros } from '../common/money.ts';
import { planRepayment } from '../debts/repayment.ts';
import type { EarningHold } from './earning.ts';
import { holdsOf, reserveUntil } from './earning.ts';
import { planTakingBack } from './taking-back.ts';

const now = instant(Date.UTC(2031, 0, 31));
const earlier = plusMs(now, -DAY_MS);
const later = plusMs(now, DAY_MS);

describe('why an earning is held back', () => {
  it.each<[string, Parameters<typeof holdsOf>[0], readonly EarningHold[]]>([
    ['the clean-up is not verified', { earnedAt: null, reservedUntil: null, disputedAt: null }, ['clean_up']],
    ['nothing', { earnedAt: earlier, reservedUntil: null, disputedAt: null }, []],
    ['a dispute', { earnedAt: earlier, reservedUntil: null, disputedAt: earlier }, ['dispute']],
    ['the reserve', { earnedAt: earlier, reservedUntil: later, disputedAt: null }, ['reserve']],
    ['nothing any more: the reserve is over', { earnedAt: earlier, reservedUntil: now, disputedAt: null }, []],
    ['dispute and reserve', { earnedAt: earlier, reservedUntil: later, disputedAt: now }, ['dispute', 'reserve']],
    ['clean-up and dispute', { earnedAt: null, reservedUntil: null, disputedAt: now }, ['clean_up', 'dispute']],
  ])('%s', (_why, earning, holds) => {
    expect(holdsOf(earning, now)).toEqual(holds);
  });

  it.each([
    ['opened today', now, 7 * DAY_MS, plusMs(now, 7 * DAY_MS)],
    ['opened 30 days ago less a millisecond', plusMs(now, 1 - 30 * DAY_MS), 7 * DAY_MS, plusMs(now, 7 * DAY_MS)],
    ['opened 30 days ago', plusMs(now, -30 * DAY_MS), 7 * DAY_MS, null],
    ['opened today, where nobody waits', now, 0, null],
  ])('a profile %s', (_when, openedAt, reserveMs, until) => {
    expect(reserveUntil({ openedAt }, now, reserveMs)).toBe(until);
  });
});

const id = (end: number) => `019a0000-0000-7000-8000-00000000000${String(end)}`;
const booking = bookingIdSchema.parse(id(1));
const other = bookingIdSchema.parse(id(2));
const earning = (end: number, bookingId: typeof booking, amount: bigint, taken = 0n) => ({
  id: earningIdSchema.parse(id(end)),
  bookingId,
  amount: amountMicros(amount),
  taken: amountMicros(taken),
});
const plan = (amount: bigint, held: ReturnType<typeof earning>[], available: bigint) =>
  planTakingBack({ amount: amountMicros(amount), bookingId: booking, held, available: amountMicros(available) });

describe('what a provider has to give back', () => {
  const held = [earning(3, other, 50n), earning(4, booking, 40n, 10n), earning(5, other, 20n)];

  it.each([
    [20n, [[4, 20n]], 0n, 0n],
    [30n, [[4, 30n]], 0n, 0n],
    [45n, [[4, 30n]], 15n, 0n],
    [130n, [[4, 30n], [3, 50n]], 50n, 0n], // prettier-ignore
    [160n, [[4, 30n], [3, 50n], [5, 20n]], 50n, 10n], // prettier-ignore
  ] as const)(
    '%s: the same booking first, then what is available, then others, the rest is owed',
    (amount, fromHeld, fromAvailable, owed) => {
      const planned = plan(amount, held, 50n);
      expect(planned.fromHeld.map((part) => [Number(part.earningId.slice(-1)), part.amount])).toEqual(fromHeld);
      expect(planned).toMatchObject({ fromAvailable, owed });
      expect(planned.heldTotal + planned.fromAvailable + planned.owed).toBe(amount);
    },
  );

  it('owes all of it when he has nothing', () => {
    expect(plan(7n, [], 0n)).toEqual({ fromHeld: [], heldTotal: 0n, fromAvailable: 0n, owed: 7n });
  });
});

describe('what an income repays', () => {
  const debt = (end: number, amount: bigint, repaid = 0n) => ({
    id: debtIdSchema.parse(id(end)),
    amount: amountMicros(amount),
    repaid: amountMicros(repaid),
  });
  it.each([
    [0n, [], 0n],
    [5n, [[6, 5n]], 5n],
    [12n, [[6, 8n], [7, 4n]], 12n], // prettier-ignore
    [99n, [[6, 8n], [7, 30n]], 38n], // prettier-ignore
  ] as const)('%s: the oldest debt first, never more than is owed', (income, parts, total) => {
    const planned = planRepayment([debt(6, 10n, 2n), debt(7, 30n)], amountMicros(income));
    expect(planned.parts.map((part) => [Number(part.debtId.slice(-1)), part.amount])).toEqual(parts);
    expect(planned.total).toBe(total);
  });
});
