import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paymentIdSchema, userIdSchema } from '../common/ids.ts';
import { instant } from '../common/instant.ts';
import { amountMicros, currencySchema } from '../common/money.ts';
import { transferKinds } from '../ledger/ledger.ts';
import type { Payout } from './payout.ts';
import { payableOf } from './payout.ts';
import type { PayoutTotal } from './payout-statement.ts';
import { makePayoutStatement, payoutLineSort } from './payout-statement.ts';

function payoutOf(available: bigint, carriedIn: bigint): Payout {
  return {
    id: paymentIdSchema.parse('019a0000-0000-7000-8000-000000000001'),
    providerId: userIdSchema.parse('019a0000-0000-7000-8000-000000000002'),
    status: 'pending',
    processor: 'test',
    processorReference: null,
    ...payableOf(amountMicros(available)),
    currency: currencySchema.parse('EUR'),
    note: null,
    origin: 'request',
    week: null,
    account: 'acct',
    carriedIn: amountMicros(carriedIn),
    attempts: 0,
    nextCheckAt: null,
    reversedAt: null,
    createdAt: instant(0),
    settledAt: null,
  };
}

const total = (kind: PayoutTotal['kind'], count: number, amount: bigint): PayoutTotal => ({
  kind,
  count,
  amount: amountMicros(amount),
});

describe("a payout's statement", () => {
  it('adds the lines up by what they are to the provider', () => {
    const totals = [
      total('charge_returned', 1, -1_000_000n),
      total('debt_repaid', 2, -500_000n),
      total('dispute_refund', 1, -250_000n),
      total('earning_available', 3, 30_000_000n),
      total('payout_reversed', 1, 20_000_000n),
    ];
    expect(makePayoutStatement(payoutOf(48_250_007n, 7n), totals)).toMatchObject({
      carriedIn: 7n,
      sums: [
        { sort: 'earning', count: 3, amount: 30_000_000n },
        { sort: 'taken_back', count: 2, amount: -1_250_000n },
        { sort: 'debt_repaid', count: 2, amount: -500_000n },
        { sort: 'payout_returned', count: 1, amount: 20_000_000n },
      ],
      carriedOut: 7n,
    });
  });

  it('refuses lines that miss the amount by a millionth', () => {
    expect(() => makePayoutStatement(payoutOf(20_000_000n, 0n), [total('earning_available', 1, 19_999_999n)])).toThrow(
      /sum to 19999999, which is not what was paid and left over/,
    );
  });

  it('shows every kind of transfer somewhere, so that no line is lost', () => {
    const anyTotals = fc.uniqueArray(
      fc.record({
        kind: fc.constantFrom(...transferKinds),
        count: fc.integer({ min: 1, max: 1_000 }),
        amount: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
      }),
      { selector: ({ kind }) => kind },
    );
    fc.assert(
      fc.property(anyTotals, fc.bigInt({ min: 0n, max: 9_999n }), (made, carriedIn) => {
        const totals = made.map(({ amount, count, kind }) => total(kind, count, amount));
        const available = totals.reduce((sum, { amount }) => sum + amount, carriedIn);
        fc.pre(available >= 0n);
        const statement = makePayoutStatement(payoutOf(available, carriedIn), totals);
        const shown = statement.sums.reduce((sum, { amount }) => sum + amount, 0n);
        expect(statement.carriedIn + shown).toBe(statement.payout.amount + statement.carriedOut);
        const lines = (items: readonly { readonly count: number }[]) =>
          items.reduce((sum, { count }) => sum + count, 0);
        expect(lines(statement.sums)).toBe(lines(totals));
        expect(new Set(statement.sums.map(({ sort }) => sort))).toEqual(
          new Set(totals.map(({ kind }) => payoutLineSort(kind))),
        );
      }),
    );
  });
});
