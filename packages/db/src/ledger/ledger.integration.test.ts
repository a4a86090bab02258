import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

import type { UserId } from '@rsm/domain/common/ids';
import { ledgerTransferIdSchema, newId } from '@rsm/domain/common/ids';
import { amountMicros, currencySchema } from '@rsm/domain/common/money';
import type { AccountRef, LedgerTransfer } from '@rsm/domain/ledger/ledger';
import type { Knex } from 'knex';
import { beforeAll, describe, expect, test } from 'vitest';

import { makeBooking, makeUser, placeBooking, seedMarket, testIds } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';
import { accountPlace } from './ledger-account.ts';

const EUR = currencySchema.parse('EUR');

describe('the ledger', () => {
  const fixture = useUnitOfWork({ poolMax: 30 });
  let userId: UserId;

  beforeAll(async () => {
    const { uow, clock } = fixture();
    const user = makeUser(clock.now());
    await uow.run((tx) => tx.users.insertOrFind(user));
    userId = user.id;
  });

  function transfer(entries: readonly (readonly [AccountRef, bigint])[], key: string = randomUUID()): LedgerTransfer {
    return {
      id: newId(testIds, ledgerTransferIdSchema),
      kind: 'top_up',
      idempotencyKey: key,
      bookingId: null,
      paymentId: null,
      explanation: 'A test moves money.',
      currency: EUR,
      at: fixture().clock.now(),
      entries: entries.map(([account, amount]) => ({ account, amount: amountMicros(amount) })),
    };
  }
  const wallet = (): AccountRef => ({ kind: 'wallet', userId });
  const clearing: AccountRef = { kind: 'clearing' };
  const post = (moved: LedgerTransfer) => fixture().uow.run((tx) => tx.ledger.post(moved));

  test('moves money between accounts that are opened when first used', async () => {
    const { uow } = fixture();
    const before = await uow.reads.ledger.balanceOf(wallet());
    expect(await post(transfer([[wallet(), 5_000_000n], [clearing, -5_000_000n]]))).toBe(true); // prettier-ignore
    expect(await uow.reads.ledger.balanceOf(wallet())).toBe(before + 5_000_000n);
    expect(await uow.reads.ledger.balanceOf(clearing)).toBe(-(before + 5_000_000n));
  });

  test('the same key moves nothing twice, even when a hundred come at once', async () => {
    const { uow, owner } = fixture();
    const before = await uow.reads.ledger.balanceOf(wallet());
    const key = randomUUID();
    const results = await Promise.all(
      Array.from({ length: 100 }, () => post(transfer([[wallet(), 7n], [clearing, -7n]], key))), // prettier-ignore
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await uow.reads.ledger.balanceOf(wallet())).toBe(before + 7n);
    expect(await owner('ledger_transfers').where({ idempotency_key: key })).toHaveLength(1);
  });

  test('a transfer that does not sum to zero is refused at the commit and leaves nothing', async () => {
    const { owner } = fixture();
    const unbalanced = transfer([[wallet(), 5n], [clearing, -4n]]); // prettier-ignore
    await expect(post(unbalanced)).rejects.toMatchObject({ code: '23514', constraint: 'ledger_entries_balanced' });
    expect(await owner('ledger_transfers').where({ id: unbalanced.id })).toEqual([]);
  });

  test('entries that are added to a balanced transfer later are refused too', async () => {
    const { owner } = fixture();
    const posted = transfer([[wallet(), 5n], [clearing, -5n]]); // prettier-ignore
    await post(posted);
    const row = {
      transfer_id: posted.id,
      house_account: 'losses',
      currency: 'EUR',
      amount_micros: '5',
      at: new Date(),
    };
    await expect(owner('ledger_entries').insert(row)).rejects.toMatchObject({ constraint: 'ledger_entries_balanced' });
  });

  test('no guarded account falls below zero, whichever of many spends first', async () => {
    const { uow } = fixture();
    const user = makeUser(fixture().clock.now());
    await uow.run((tx) => tx.users.insertOrFind(user));
    const mine: AccountRef = { kind: 'wallet', userId: user.id };
    await post(transfer([[mine, 100n], [clearing, -100n]])); // prettier-ignore
    const spend = () => post(transfer([[mine, -30n], [{ kind: 'platform_revenue' }, 30n]])); // prettier-ignore
    const results = await Promise.allSettled(Array.from({ length: 20 }, spend));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(3);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'insufficient_funds' });
    }
    expect(await uow.reads.ledger.balanceOf(mine)).toBe(10n);
  });

  test('an account that was never used can not be overdrawn by its first transfer', async () => {
    const { uow, owner } = fixture();
    const user = makeUser(fixture().clock.now());
    await uow.run((tx) => tx.users.insertOrFind(user));
    const mine: AccountRef = { kind: 'wallet', userId: user.id };
    await expect(post(transfer([[mine, -1n], [clearing, 1n]]))).rejects.toMatchObject({ code: 'insufficient_funds' }); // prettier-ignore
    expect(await uow.reads.ledger.balanceOf(mine)).toBe(0n);
    expect(await owner('ledger_accounts').where({ user_id: user.id })).toEqual([]);
  });

  test('transfers and entries are never changed or removed: no grant, and a trigger for the owner', async () => {
    const { knex, owner } = fixture();
    for (const table of ['ledger_transfers', 'ledger_entries']) {
      await expect(knex(table).update({ currency: 'USD' })).rejects.toMatchObject({ code: '42501' });
      await expect(knex(table).delete()).rejects.toMatchObject({ code: '42501' });
      await expect(owner(table).update({ currency: 'USD' })).rejects.toMatchObject({
        constraint: `${table}_append_only`,
      });
      await expect(owner(table).delete()).rejects.toMatchObject({ constraint: `${table}_append_only` });
    }
  });

  test('an entry can not have another currency than its transfer', async () => {
    const { owner } = fixture();
    const posted = transfer([[wallet(), 5n], [clearing, -5n]]); // prettier-ignore
    await post(posted);
    const row = {
      transfer_id: posted.id,
      house_account: 'losses',
      currency: 'USD',
      amount_micros: '5',
      at: new Date(),
    };
    await expect(owner('ledger_entries').insert(row)).rejects.toMatchObject({
      constraint: 'ledger_entries_transfer_fkey',
    });
  });

  test('two transfers that meet in opposite directions both arrive: balances are locked in one order', async () => {
    const { uow, clock } = fixture();
    const [first, second] = [makeUser(clock.now()), makeUser(clock.now())];
    await uow.run(async (tx) => {
      await tx.users.insertOrFind(first);
      await tx.users.insertOrFind(second);
    });
    const [a, b]: AccountRef[] = [
      { kind: 'wallet', userId: first.id },
      { kind: 'wallet', userId: second.id },
    ];
    if (!a || !b) throw new Error('There are two wallets.');
    await post(transfer([[a, 1_000n], [b, 1_000n], [clearing, -2_000n]])); // prettier-ignore
    let runs = 0;
    const send = (from: AccountRef, to: AccountRef) =>
      uow.run((tx) => {
        runs += 1;
        return tx.ledger.post(transfer([[from, -1n], [to, 1n]])); // prettier-ignore
      });
    await Promise.all(Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? send(a, b) : send(b, a))));
    // A deadlock would have been resolved by running the work again.
    expect(runs).toBe(200);
    expect(await uow.reads.ledger.balanceOf(a)).toBe(1_000n);
    expect(await uow.reads.ledger.balanceOf(b)).toBe(1_000n);
  });

  test('entries are numbered in the order in which they changed their account, whoever began first', async () => {
    const { uow, clock, owner } = fixture();
    const user = makeUser(clock.now());
    await uow.run((tx) => tx.users.insertOrFind(user));
    const mine = { kind: 'provider_available', userId: user.id } as const;
    await post(transfer([[mine, 100n], [clearing, -100n]])); // prettier-ignore
    const late = transfer([[mine, 5n], [clearing, -5n]]); // prettier-ignore
    const first = transfer([[mine, -40n], [clearing, 40n]]); // prettier-ignore
    const locked = Promise.withResolvers<undefined>();
    const lateWaits = Promise.withResolvers<undefined>();
    const holder = uow.run(async (tx) => {
      await tx.ledger.lockBalance(mine);
      locked.resolve(undefined);
      await lateWaits.promise;
      await tx.ledger.post(first);
    });
    await locked.promise;
    const waiting = post(late);
    await untilSomebodyWaitsForALock(owner);
    lateWaits.resolve(undefined);
    await Promise.all([holder, waiting]);
    const { items } = await uow.reads.ledger.statement(mine, { limit: 10, cursor: null });
    expect(items.map(({ transferId }) => transferId)).toEqual([late.id, first.id, expect.any(String)]);
  });

  test('what is said twice about an account is added up, and nothing is written about zero', async () => {
    const { owner } = fixture();
    const posted = transfer([[wallet(), 3n], [wallet(), 4n], [clearing, -7n], [{ kind: 'losses' }, 0n]]); // prettier-ignore
    await post(posted);
    expect(await owner('ledger_entries').where({ transfer_id: posted.id })).toHaveLength(2);
  });

  test('money that is held for bookings is summed for their renter', async () => {
    const { uow, clock } = fixture();
    const { listing, renter } = await seedMarket(uow, clock);
    const booking = makeBooking(listing, renter, clock.now());
    await placeBooking(uow, booking);
    await post(transfer([[{ kind: 'wallet', userId: renter.id }, 50n], [clearing, -50n]])); // prettier-ignore
    const hold: AccountRef = { kind: 'hold', bookingId: booking.id };
    await post(transfer([[{ kind: 'wallet', userId: renter.id }, -20n], [hold, 20n]])); // prettier-ignore
    expect(await uow.reads.ledger.heldFor(renter.id)).toBe(20n);
    expect(await uow.reads.ledger.balanceOf(hold)).toBe(20n);
    expect(await uow.reads.ledger.heldFor(userId)).toBe(0n);
  });

  test('statements page through every line once, newest first, while new lines arrive', async () => {
    const { uow, clock } = fixture();
    const user = makeUser(clock.now());
    await uow.run((tx) => tx.users.insertOrFind(user));
    const mine: AccountRef = { kind: 'wallet', userId: user.id };
    for (let index = 1n; index <= 25n; index += 1n) await post(transfer([[mine, index], [clearing, -index]])); // prettier-ignore
    const seen: bigint[] = [];
    let cursor: string | null = null;
    do {
      const page = await uow.reads.ledger.statement(mine, { limit: 10, cursor });
      seen.push(...page.items.map((line) => line.amount));
      cursor = page.nextCursor;
      await post(transfer([[mine, 1_000n], [clearing, -1_000n]])); // prettier-ignore
    } while (cursor !== null);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => BigInt(25 - index)));
    expect((await uow.reads.ledger.statement(clearing, { limit: 5, cursor: null })).items).toHaveLength(5);
  });

  test('an account has one id, and another one in another currency', () => {
    const [euro, dollar] = [accountPlace(wallet(), EUR), accountPlace(wallet(), currencySchema.parse('USD'))];
    expect(euro).toEqual(accountPlace(wallet(), EUR));
    expect(euro).not.toEqual(dollar);
  });
});

async function untilSomebodyWaitsForALock(owner: Knex): Promise<void> {
  for (;;) {
    const { rows } = await owner.raw<{ rows: unknown[] }>(
      `SELECT FROM pg_locks JOIN pg_stat_activity activity USING (pid)
       WHERE NOT granted AND activity.datname = current_database()`,
    );
    if (rows.length > 0) return;
    await setTimeout(10);
  }
}
