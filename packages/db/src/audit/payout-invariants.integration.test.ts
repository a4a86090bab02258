import { newPayment } from '@rsm/domain/payments/payment';
import { ledgerTransferIdSchema, newId, paymentIdSchema, type UserId } from '@rsm/domain/common/ids';
import { amountMicros } from '@rsm/domain/common/money';
import { payoutReversedTransfer, payoutTransfer } from '@rsm/domain/ledger/payout-transfers';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createKnex } from '../connection/create-knex.ts';
import { TestClock, testIds } from '../testing/market.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import type { UnitOfWorkFixture } from '../testing/use-unit-of-work.ts';
import { createUnitOfWork } from '../unit-of-work/pg-unit-of-work.ts';
import { makeHealthyMarket } from './healthy-market.fixture.ts';
import { auditAfterSabotage } from './sabotage.fixture.ts';

const clock = new TestClock();
let original: TestDatabase;
/** Of the tables: what a sabotage uses. */
let saboteur: Client;
let failed: string;
let paid: string;

/** Everything that the provider of the healthy market has available goes out. */
async function makePayout({ uow }: UnitOfWorkFixture, providerId: UserId, becomes: 'failed' | 'succeeded') {
  const id = newId(testIds, paymentIdSchema);
  const currency = 'EUR';
  const at = clock.now();
  const transferId = () => newId(testIds, ledgerTransferIdSchema);
  await uow.run(async (tx) => {
    const amount = amountMicros(await tx.ledger.lockBalance({ kind: 'provider_available', userId: providerId }));
    const [earning] = (
      await tx.ledger.statement({ kind: 'provider_available', userId: providerId }, { limit: 1, cursor: null })
    ).items;
    if (earning === undefined) throw new Error(`The provider of the healthy market has earned in ${currency}.`);
    const payout = { id, providerId, amount, currency: earning.currency };
    const by = { userId: providerId, createdBy: providerId, createdAt: at };
    const kind = { kind: 'payout', status: 'pending', processor: 'manual' } as const;
    await tx.payments.insert(newPayment({ id, amount, currency: earning.currency, ...by, ...kind }));
    await tx.ledger.post(payoutTransfer(transferId(), payout, at));
    const known = {
      origin: 'request',
      week: null,
      account: null,
      remainder: amountMicros(0n),
      nextCheckAt: null,
    } as const;
    await tx.payouts.insert({ id, providerId, ...known, createdAt: at });
    await tx.payments.changeStatus(id, { from: 'pending', to: becomes, at, processorReference: `bank ${id}` });
    if (becomes === 'succeeded') return;
    await tx.payouts.markReversed(id, at);
    await tx.ledger.post(payoutReversedTransfer(transferId(), payout, 'The bank sent it back.', at));
  });
  return id;
}

async function withFixture<Result>(
  database: TestDatabase,
  work: (fixture: UnitOfWorkFixture) => Promise<Result>,
): Promise<Result> {
  const knex = createKnex({ url: database.url });
  const owner = createKnex({ url: database.ownerUrl });
  try {
    return await work({ uow: createUnitOfWork({ knex, clock }).uow, clock, knex, owner, database });
  } finally {
    await knex.destroy();
    await owner.destroy();
  }
}

beforeAll(async () => {
  original = await createTestDatabase();
  await withFixture(original, async (fixture) => {
    const { completed } = await makeHealthyMarket(fixture);
    failed = await makePayout(fixture, completed.providerId, 'failed');
    paid = await makePayout(fixture, completed.providerId, 'succeeded');
  });
  saboteur = new Client({ connectionString: original.ownerUrl });
  await saboteur.connect();
});

afterAll(async () => {
  await saboteur.end();
  await original.drop();
});

/** What the audit says of payouts after these statements. */
async function auditAfter(sql: readonly string[]): Promise<string> {
  const statements = sql.map((text) => text.replaceAll('{failed}', failed).replaceAll('{paid}', paid));
  const results = await auditAfterSabotage(saboteur, statements);
  return (results.find(({ number }) => number === 9)?.violations ?? []).join('\n');
}

/** A transfer of another one's kind and entries, but of that payment. */
const copyTransfer = (kind: string, paymentId: string) => `
  WITH model AS (SELECT * FROM ledger_transfers WHERE payment_id = '{paid}' AND kind = 'payout'),
    made AS (INSERT INTO ledger_transfers SELECT gen_random_uuid(), '${kind}', gen_random_uuid()::text, booking_id,
      '${paymentId}', explanation, currency, at FROM model RETURNING id)
  INSERT INTO ledger_entries (transfer_id, account_id, house_account, currency, amount_micros, at)
  SELECT made.id, NULL, house, 'EUR', amount, now() FROM made, (VALUES ('clearing', 1), ('losses', -1)) e (house, amount)`;

const withoutHistory = `ALTER TABLE payments DISABLE TRIGGER payments_status_move`;

const sabotages: readonly { readonly how: string; readonly sql: readonly string[]; readonly says: RegExp }[] = [
  {
    how: 'a payout goes out twice',
    sql: [copyTransfer('payout', '{paid}')],
    says: /payout .* is succeeded, and went out 2 times and came back 0 times[^]*transfer .* of the kind payout moves/,
  },
  {
    how: 'a payout never went out',
    sql: [`UPDATE payments SET kind = 'manual_debit' WHERE id = '{paid}'`],
    says: /transfer .* of the kind payout moves -1800000 of the provider_available/,
  },
  {
    how: 'a payout is noted without a transfer',
    sql: [
      `INSERT INTO payments SELECT gen_random_uuid(), user_id, kind, 'pending', processor, NULL, amount_micros, currency, note,
         created_by, created_at, NULL FROM payments WHERE id = '{paid}'`,
    ],
    says: /was paid out 3600000 of 2700000 earned[^]*is pending, and went out 0 times[^]*payout .* of 1800000 has 0 notes/,
  },
  {
    how: 'a payout fails and its money does not come back',
    sql: [withoutHistory, `UPDATE payments SET status = 'failed' WHERE id = '{paid}'`],
    says: /payout .* is failed, and went out 1 times and came back 0 times/,
  },
  {
    how: 'a payout arrives and its money comes back as well',
    sql: [
      withoutHistory,
      `UPDATE payouts SET reversed_at = NULL WHERE payment_id = '{failed}'`,
      `UPDATE payments SET status = 'succeeded' WHERE id = '{failed}'`,
    ],
    says: /payout .* is succeeded, and went out 1 times and came back 1 times/,
  },
  {
    how: 'a payout comes back twice',
    sql: [copyTransfer('payout_reversed', '{failed}')],
    says: /payout .* is failed, and went out 1 times and came back 2 times/,
  },
  {
    how: 'a payout is taken from somebody else',
    sql: [
      `UPDATE payments SET user_id = (SELECT renter_id FROM bookings LIMIT 1) WHERE id = '{paid}'`,
      `UPDATE payouts SET provider_id = (SELECT renter_id FROM bookings LIMIT 1), after_entry_id = 0 WHERE payment_id = '{paid}'`,
    ],
    says: /transfer .* moves -1800000 of the provider_available of user .* for payout .* of 1800000 of user/,
  },
  {
    how: 'a payout is noted for more than it moved',
    sql: [`UPDATE payments SET amount_micros = amount_micros + 10000 WHERE id = '{paid}'`],
    says: /provider .* has 0 available and 1810000 paid out, but 2700000 became available and 900000 of it was taken back/,
  },
  {
    how: 'an earning is available of which the account knows nothing',
    sql: [`UPDATE earnings SET taken_micros = 7`],
    says: /provider .* has 0 available and 1800000 paid out, but 2699993 became available/,
  },
  {
    how: 'a payout says that it left more over',
    sql: [`UPDATE payouts SET remainder_micros = 5 WHERE payment_id = '{failed}'`],
    says: /payout .* began with 0 and left 5 over, the ledger says 0 and 0/,
  },
  {
    how: 'a payout says that it began with more',
    sql: [`UPDATE payouts SET carried_in_micros = 5 WHERE payment_id = '{paid}'`],
    says: /payout .* began with 5 and left 0 over, the ledger says 0 and 0/,
  },
  {
    how: 'lines belong to two payouts',
    sql: [`UPDATE payouts SET after_entry_id = after_entry_id - 1 WHERE payment_id = '{paid}'`],
    says: /payout .* takes its lines from entry .* to .*, but the payout before ended at/,
  },
  {
    how: 'a payout is of a fraction of a cent',
    sql: [`UPDATE payments SET amount_micros = amount_micros - 1 WHERE id = '{paid}'`],
    says: /payout .* of 1799999 has 1 notes/,
  },
];

describe('the audit of payouts', () => {
  test('finds those of a healthy market healthy', async () => {
    expect(await auditAfter([])).toBe('');
  });

  test.each(sabotages)('goes red when $how', async ({ sql, says }) => {
    expect(await auditAfter(sql)).toMatch(says);
  });
});
