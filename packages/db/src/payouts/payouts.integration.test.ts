import { debtIdSchema, ledgerTransferIdSchema, newId, type PaymentId, type UserId } from '@rsm/domain/common/ids';
import { DAY_MS, instant, MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import { amountMicros, currencySchema } from '@rsm/domain/common/money';
import type { AccountRef, StatementLine, TransferKind } from '@rsm/domain/ledger/ledger';
import { PayoutLedger } from '@rsm/domain/payouts/payout-ledger';
import { makePayoutStatement } from '@rsm/domain/payouts/payout-statement';
import { PAYOUT_MIN_MICROS, payoutWeekOf, type Payout } from '@rsm/domain/payouts/payout';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { makeUser, testIds } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';

/** Each run writes some thirty transactions. */
const RUNS = process.env['RSM_TEST_DEPTH'] === 'deep' ? 1_000 : 10;

const EUR = currencySchema.parse('EUR');

describe('payouts', () => {
  const fixture = useUnitOfWork();
  const ledgerOf = () => new PayoutLedger({ clock: fixture().clock, ids: testIds, currency: EUR });

  async function provider(): Promise<UserId> {
    const { uow, clock } = fixture();
    const user = makeUser(clock.now());
    await uow.run((tx) => tx.users.insertOrFind(user));
    return user.id;
  }

  /** Money that comes to, or goes from, what a provider has available. */
  async function move(userId: UserId, kind: TransferKind, amount: bigint): Promise<void> {
    const { uow, clock } = fixture();
    const available: AccountRef = { kind: 'provider_available', userId };
    await uow.run((tx) =>
      tx.ledger.post({
        id: newId(testIds, ledgerTransferIdSchema),
        kind,
        idempotencyKey: testIds.next(),
        bookingId: null,
        paymentId: null,
        explanation: 'A test moves money.',
        currency: EUR,
        at: clock.now(),
        entries: [
          { account: available, amount: amountMicros(amount) },
          { account: { kind: 'adjustments' }, amount: amountMicros(-amount) },
        ],
      }),
    );
  }

  const begin = (providerId: UserId, overrides: { origin?: 'request' | 'weekly'; account?: string | null } = {}) =>
    fixture().uow.run((tx) => {
      const { account = 'acct', origin = 'request' } = overrides;
      const week = origin === 'weekly' ? payoutWeekOf(fixture().clock.now()) : null;
      return ledgerOf().begin(tx, { providerId, origin, week, processor: 'test', account });
    });

  async function made(providerId: UserId): Promise<Payout> {
    const payout = await begin(providerId);
    if (payout === null) throw new Error('There was enough to pay out.');
    return payout;
  }

  async function allLines(id: PaymentId): Promise<readonly StatementLine[]> {
    const lines: StatementLine[] = [];
    let cursor: string | null = null;
    do {
      const page = await fixture().uow.reads.payouts.lines(id, { limit: 3, cursor });
      lines.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return lines;
  }

  test('whatever happened before them, their lines and what was carried are the amount to the last millionth', async () => {
    const { uow } = fixture();
    const step = fc.oneof(
      fc.record({ what: fc.constant('earn' as const), amount: fc.bigInt({ min: 1n, max: 60_000_000n }) }),
      fc.record({ what: fc.constant('give_back' as const), amount: fc.bigInt({ min: 1n, max: 20_000_000n }) }),
      fc.record({ what: fc.constant('owe' as const), amount: fc.bigInt({ min: 1n, max: 30_000_000n }) }),
      fc.record({ what: fc.constantFrom('pay' as const, 'fail' as const), amount: fc.constant(0n) }),
    );
    const property = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
      const userId = await provider();
      const payouts: Payout[] = [];
      // What a person would keep on a slip of paper.
      let available = 0n;
      let owed = 0n;
      for (const { amount, what } of steps) {
        if (what === 'earn') {
          await move(userId, 'earning_available', amount);
          available += amount;
        } else if (what === 'give_back') {
          const part = amount < available ? amount : available;
          if (part > 0n) await move(userId, 'charge_returned', -part);
          available -= part;
        } else if (what === 'owe') {
          const [cause] = payouts;
          if (cause === undefined) continue;
          await owe(userId, cause.id, amount);
          owed += amount;
        } else if (what === 'pay') {
          const payout = await begin(userId);
          const repaid = owed < available ? owed : available;
          available -= repaid;
          owed -= repaid;
          if (available < PAYOUT_MIN_MICROS) {
            expect(payout).toBeNull();
            continue;
          }
          expect(payout).toMatchObject({ amount: available - (available % 10_000n), remainder: available % 10_000n });
          if (payout !== null) payouts.push(payout);
          available %= 10_000n;
        } else {
          const payout = payouts.at(-1);
          if (payout === undefined) continue;
          const outcome = { kind: 'failed', reference: null, reason: 'The bank sent it back.' } as const;
          const before = await uow.reads.payouts.findById(payout.id);
          await uow.run((tx) => ledgerOf().settle(tx, payout.id, outcome));
          if (before?.reversedAt !== null) continue;
          available += payout.amount;
          const repaid = owed < available ? owed : available;
          available -= repaid;
          owed -= repaid;
        }
        expect(await uow.reads.ledger.balanceOf({ kind: 'provider_available', userId })).toBe(available);
        expect(await uow.reads.debts.owedBy(userId, 'provider')).toBe(owed);
      }
      let carriedIn = 0n;
      for (const payout of payouts) {
        const lines = await allLines(payout.id);
        const sum = lines.reduce((total, line) => total + line.amount, 0n);
        expect(payout.carriedIn).toBe(carriedIn);
        expect(carriedIn + sum).toBe(payout.amount + payout.remainder);
        const statement = makePayoutStatement(payout, await uow.reads.payouts.totals(payout.id));
        expect(statement.sums.reduce((total, { amount }) => total + amount, 0n)).toBe(sum);
        expect(statement.sums.reduce((total, { count }) => total + count, 0)).toBe(lines.length);
        carriedIn = payout.remainder;
      }
      // Each line belongs to one payout.
      const ids = (await Promise.all(payouts.map(({ id }) => allLines(id)))).flat().map(({ transferId }) => transferId);
      expect(new Set(ids).size).toBe(ids.length);
    });
    await fc.assert(property, { numRuns: RUNS });
  }, 600_000);

  async function owe(userId: UserId, paymentId: PaymentId, amount: bigint): Promise<void> {
    const { uow, clock } = fixture();
    await uow.run((tx) =>
      tx.debts.insert({
        id: newId(testIds, debtIdSchema),
        userId,
        side: 'provider',
        bookingId: null,
        paymentId,
        amount: amountMicros(amount),
        repaid: amountMicros(0n),
        currency: EUR,
        createdAt: clock.now(),
      }),
    );
  }

  test('that are asked for at once, while earnings come in, never pay more than there is', async () => {
    const { uow } = fixture();
    const userId = await provider();
    const income = Array.from({ length: 30 }, (_, index) => 3_000_001n + BigInt(index));
    const work = income.map(async (amount, index) => {
      await move(userId, 'earning_available', amount);
      return index % 3 === 0 ? begin(userId) : null;
    });
    await Promise.all(work);
    await move(userId, 'earning_available', PAYOUT_MIN_MICROS);
    await made(userId);
    const { items } = await uow.reads.payouts.listByProvider(userId, { limit: 100, cursor: null });
    let total = 0n;
    for (const payout of items) {
      const lines = await allLines(payout.id);
      total += payout.amount;
      const sum = lines.reduce((added, line) => added + line.amount, 0n);
      expect(payout.carriedIn + sum).toBe(payout.amount + payout.remainder);
    }
    const left = await uow.reads.ledger.balanceOf({ kind: 'provider_available', userId });
    expect(total + left).toBe(income.reduce((sum, amount) => sum + amount, 0n) + PAYOUT_MIN_MICROS);
  });

  test('of a week are one per provider: the database refuses another', async () => {
    const userId = await provider();
    for (let count = 0; count < 2; count += 1) await move(userId, 'earning_available', 30_000_000n);
    await begin(userId, { origin: 'weekly' });
    await move(userId, 'earning_available', 30_000_000n);
    await expect(begin(userId, { origin: 'weekly' })).rejects.toMatchObject({ constraint: 'payouts_one_weekly_key' });
  });

  test('come back once, whoever says so at the same time', async () => {
    const { uow } = fixture();
    const userId = await provider();
    await move(userId, 'earning_available', 30_000_000n);
    const { id } = await made(userId);
    const outcome = { kind: 'failed', reference: null, reason: 'The bank sent it back.' } as const;
    await Promise.all(Array.from({ length: 8 }, () => uow.run((tx) => ledgerOf().settle(tx, id, outcome))));
    expect(await uow.reads.ledger.balanceOf({ kind: 'provider_available', userId })).toBe(30_000_000n);
  });

  test('are due for a look in the order of their times, and none that is settled or paid by hand', async () => {
    const { uow, clock } = fixture();
    const [first, second, third, byHand] = await Promise.all([provider(), provider(), provider(), provider()]);
    for (const userId of [first, second, third, byHand]) await move(userId, 'earning_available', 30_000_000n);
    const ids = [await made(first), await made(second), await made(third)].map(({ id }) => id);
    await begin(byHand, { account: null });
    const [a, b, c] = ids;
    if (a === undefined || b === undefined || c === undefined) throw new Error('Three were made.');
    await uow.run(async (tx) => {
      await tx.payouts.noteCheck(a, { nextCheckAt: plusMs(clock.now(), 2 * MINUTE_MS) });
      await tx.payouts.noteCheck(b, { nextCheckAt: plusMs(clock.now(), MINUTE_MS) });
      await ledgerOf().settle(tx, c, { kind: 'succeeded', reference: `out ${c}` });
    });
    const due = await uow.reads.payouts.listDue(plusMs(clock.now(), DAY_MS), 1_000);
    expect(due.filter((id) => ids.includes(id))).toEqual([b, a]);
    expect(await uow.reads.payouts.listDue(plusMs(clock.now(), MINUTE_MS), 1_000)).not.toContain(a);
  });

  test('of the weekly run go from provider to provider in bounded batches', async () => {
    const { uow } = fixture();
    const rich = await Promise.all([provider(), provider(), provider()]);
    const [poor, owing] = await Promise.all([provider(), provider()]);
    for (const userId of rich) await move(userId, 'earning_available', PAYOUT_MIN_MICROS);
    await move(poor, 'earning_available', PAYOUT_MIN_MICROS - 1n);
    await move(owing, 'earning_available', PAYOUT_MIN_MICROS);
    await owe(owing, (await made(owing)).id, 5n);
    await move(owing, 'earning_available', 1n);
    const seen: UserId[] = [];
    for (;;) {
      const batch = await uow.reads.payouts.listPayable(seen.at(-1) ?? null, 2);
      expect(batch.length).toBeLessThanOrEqual(2);
      seen.push(...batch);
      if (batch.length < 2) break;
    }
    expect(seen).toEqual([...new Set(seen)].toSorted());
    expect(seen).toEqual(expect.arrayContaining([...rich, owing]));
    expect(seen).not.toContain(poor);
  });

  test('of an installation that learns them in the middle of a week begin with the next Monday', async () => {
    const { uow } = fixture();
    const week = payoutWeekOf(instant(Date.now()));
    const before = await uow.reads.payouts.findRun(plusMs(week, -7 * DAY_MS));
    // The template was migrated a moment ago, or just before midnight.
    expect((await uow.reads.payouts.findRun(week)) ?? before).toMatchObject({
      finishedAt: expect.any(Number) as number,
    });
    expect(await uow.reads.payouts.findRun(plusMs(week, 7 * DAY_MS))).toBeNull();
  });

  test('keep to their rows: no fraction left over but less than a cent, and nobody is asked by hand', async () => {
    const { owner } = fixture();
    const userId = await provider();
    await move(userId, 'earning_available', 30_000_000n);
    const { id } = await made(userId);
    const row = () => owner('payouts').where({ payment_id: id });
    await expect(row().update({ remainder_micros: '10000' })).rejects.toMatchObject({
      constraint: 'payouts_remainder_less_than_a_cent',
    });
    await expect(row().update({ account: null })).rejects.toMatchObject({ constraint: 'payouts_by_hand_asks_nobody' });
    await expect(row().update({ week_start: new Date() })).rejects.toMatchObject({
      constraint: 'payouts_weekly_has_week',
    });
    await expect(row().update({ after_entry_id: owner.ref('entry_id') })).rejects.toMatchObject({
      constraint: 'payouts_entries_in_order',
    });
  });
});
