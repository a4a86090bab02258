import { HOUR_MS, plusMs } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { monthOf } from '@rsm/domain/documents/calendar-month';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createKnex } from '../connection/create-knex.ts';
import { at, makeIssuer, tellStory } from '../documents/document-story.fixture.ts';
import { TestClock } from '../testing/market.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createUnitOfWork } from '../unit-of-work/pg-unit-of-work.ts';
import { auditAfterSabotage } from './sabotage.fixture.ts';

const DOCUMENTS = 14;
const november = monthOf(at('2030-11-10T00:00:00Z'));
const inNovember = at('2030-11-10T12:00:00Z');

let original: TestDatabase;
/** Of the tables: what a sabotage uses. */
let saboteur: Client;

/** A closed month with three invoices and a credit note, a provider's statement in two parts, and a payout. */
beforeAll(async () => {
  original = await createTestDatabase();
  const knex = createKnex({ url: original.url });
  const owner = createKnex({ url: original.ownerUrl });
  const clock = new TestClock();
  const { uow } = createUnitOfWork({ knex, clock });
  const fixture = { uow, clock, knex, owner, database: original };
  try {
    const issuer = makeIssuer(fixture);
    const story = await tellStory(fixture);
    const renters = [
      await story.newRenter(),
      await story.newRenter(),
      await story.newRenter(),
      await story.newRenter(),
    ];
    for (const { booking } of renters) await story.charge(booking, 10_000_000n, at('2030-10-05T00:00:00Z'));
    for (const [index, { booking }] of renters.entries()) {
      if (index > 0) await story.charge(booking, 20_000_000n, inNovember);
      else await story.giveBack(booking, 1_000_000n, inNovember);
      await story.makeAvailable(booking, 1_000_000n, inNovember);
    }
    const paymentId = await story.newPayout(3_000_000n, plusMs(inNovember, HOUR_MS));
    const available = { kind: 'provider_available', userId: story.provider.id } as const;
    await uow.run(async (tx) => {
      const when = plusMs(inNovember, HOUR_MS);
      const entries = [[available, -3_000_000n], [{ kind: 'clearing' }, 3_000_000n]] as const; // prettier-ignore
      const { id } = await story.post('payout', when, entries, { paymentId }, tx);
      const amount = amountMicros(3_000_000n);
      await issuer.issuePayoutStatement(tx, {
        providerId: story.provider.id,
        paymentId,
        transferId: id,
        amount,
        at: when,
      });
    });
    await uow.run(async (tx) => {
      for (const { renter } of renters) await issuer.issueRenterMonth(tx, renter.id, november);
      const inParts = makeIssuer(fixture, { linesMax: 3 });
      await inParts.issueProviderMonth(tx, story.provider.id, november);
      await inParts.issueProviderMonth(tx, story.provider.id, november);
      await tx.documents.closeMonth(november, clock.now());
    });
  } finally {
    await knex.destroy();
    await owner.destroy();
  }
  saboteur = new Client({ connectionString: original.ownerUrl });
  await saboteur.connect();
});

afterAll(async () => {
  await saboteur.end();
  await original.drop();
});

/** What the audit says about documents after these statements. */
async function violationsAfter(statements: readonly string[]): Promise<readonly string[]> {
  const results = await auditAfterSabotage(saboteur, statements);
  return results.find((result) => result.number === DOCUMENTS)?.violations ?? [];
}

const mutable = [
  'ALTER TABLE documents DISABLE TRIGGER documents_append_only',
  'ALTER TABLE document_lines DISABLE TRIGGER document_lines_append_only',
  'ALTER TABLE ledger_transfers DISABLE TRIGGER ledger_transfers_append_only',
  'ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only',
];

/** Writes another content, with the hash that belongs to it: a forger who knows how. */
const rewrite = (content: string, where: string): string =>
  `UPDATE documents SET canonical = (${content})::text, sha256 = encode(sha256(convert_to((${content})::text, 'UTF8')), 'hex')
   WHERE ${where}`;

const sabotages: readonly { readonly how: string; readonly sql: readonly string[]; readonly says: RegExp }[] = [
  {
    how: 'a number is skipped',
    sql: ['ALTER TABLE documents DROP CONSTRAINT documents_no_gap_fkey', `UPDATE documents SET sequence = 9 WHERE number = 'INV-2031-000003'`], // prettier-ignore
    says: /series INV of 2031: number 9 follows upon 2/,
  },
  {
    how: 'a number is given twice',
    sql: [
      'ALTER TABLE documents DROP CONSTRAINT documents_no_gap_fkey, DROP CONSTRAINT documents_sequence_key',
      `UPDATE documents SET sequence = 2 WHERE number = 'INV-2031-000003'`,
    ],
    says: /series INV of 2031: number 2 follows upon 2/,
  },
  {
    how: 'a document disappears',
    sql: [
      `DELETE FROM document_lines WHERE document_id = (SELECT id FROM documents WHERE number = 'INV-2031-000003')`,
      `DELETE FROM documents WHERE number = 'INV-2031-000003'`,
    ],
    says: /series INV of 2031 counts to 3, its last document is 2[^]*transfer .* \(charge\) of a closed month is on 0 documents of its renter/,
  },
  {
    how: 'a content is rewritten and the hash is not',
    sql: [
      'ALTER TABLE documents DROP CONSTRAINT documents_sha256_true',
      `UPDATE documents SET canonical = replace(canonical, 'Köln', 'Bonn') WHERE number = 'INV-2031-000001'`,
    ],
    says: /document INV-2031-000001 is not what its hash says/,
  },
  {
    how: 'a total is raised',
    sql: [rewrite(`jsonb_set(content, '{totalMicros}', '"20000001"')`, `number = 'INV-2031-000001'`)],
    says: /document INV-2031-000001 is over 20000000, its content says 20000001 and its lines sum to 20000000/,
  },
  {
    how: 'a line is written down differently in the content',
    sql: [rewrite(`jsonb_set(content, '{lines,0,amountMicros}', '"5"')`, `number = 'INV-2031-000001'`)],
    says: /document INV-2031-000001: line 1 says .* 5 in its content and .* 20000000 beside it/,
  },
  {
    how: 'a line is dropped from a document',
    sql: [`DELETE FROM document_lines WHERE document_id = (SELECT id FROM documents WHERE number = 'INV-2031-000002')`],
    says: /INV-2031-000002 is over 20000000, .* its lines sum to 0[^]*line 1 says .* in its content and nothing beside it/,
  },
  {
    how: 'the tax is rounded the other way',
    sql: [
      rewrite(
        `jsonb_set(jsonb_set(content, '{tax,includedMicros}', '"3193278"'), '{tax,netMicros}', '"16806722"')`,
        `number = 'INV-2031-000001'`,
      ),
      `UPDATE documents SET tax_micros = 3193278 WHERE number = 'INV-2031-000001'`,
    ],
    says: /document INV-2031-000001: tax 3193278 of 20000000 at 1900 basis points is wrong/,
  },
  {
    how: 'a transfer moved something else than its line says',
    sql: [
      `UPDATE ledger_entries SET amount_micros = amount_micros - 7 WHERE account_id IN
      (SELECT id FROM ledger_accounts WHERE kind = 'hold') AND amount_micros = -20000000`,
    ],
    says: /document INV-2031-000001: line 1 says 20000000, its transfer moved 20000007/,
  },
  {
    how: 'a line points to a transfer that is gone',
    sql: [
      'ALTER TABLE document_lines DROP CONSTRAINT document_lines_transfer_id_fkey',
      `UPDATE document_lines SET transfer_id = gen_random_uuid() WHERE document_id = (
         SELECT id FROM documents WHERE number = 'INV-2031-000001')`,
    ],
    says: /document INV-2031-000001: line 1 says 20000000, its transfer moved nothing, it is gone/,
  },
  {
    how: "an invoice holds another renter's charge",
    sql: [
      `UPDATE documents SET user_id = (SELECT user_id FROM documents WHERE number = 'INV-2031-000002'), part = 2
       WHERE number = 'INV-2031-000001'`,
    ],
    says: /document INV-2031-000001: line 1 says 20000000, its transfer moved 0/,
  },
  {
    how: 'a line is of another month',
    sql: [
      `UPDATE documents SET period_start = period_start - interval '30 d', period_end = period_end - interval '30 d'
       WHERE number = 'INV-2031-000001'`,
    ],
    says: /document INV-2031-000001: line 1 is of .*, outside of its month/,
  },
  {
    how: 'a charge of a closed month comes late',
    sql: [
      `INSERT INTO ledger_transfers SELECT gen_random_uuid(), kind, gen_random_uuid()::text, booking_id, payment_id,
         explanation, currency, '2030-11-30 23:59:59.999+00' FROM ledger_transfers WHERE kind = 'charge' LIMIT 1`,
    ],
    says: /transfer .* \(charge\) of a closed month is on 0 documents of its renter/,
  },
  {
    how: 'a charge is on two invoices',
    sql: [
      'ALTER TABLE document_lines DROP CONSTRAINT document_lines_transfer_key',
      `INSERT INTO document_lines SELECT (SELECT id FROM documents WHERE number = 'INV-2031-000002'), 2, scope, transfer_id,
         amount_micros FROM document_lines WHERE document_id = (SELECT id FROM documents WHERE number = 'INV-2031-000001')`,
    ],
    says: /transfer .* \(charge\) of a closed month is on 2 documents of its renter/,
  },
  {
    how: "a provider's money moves by a kind of transfer that no statement tells of",
    sql: [
      `UPDATE ledger_transfers SET kind = 'manual_debit' WHERE kind = 'payout'`,
      `DELETE FROM document_lines WHERE transfer_id IN
      (SELECT id FROM ledger_transfers WHERE kind = 'manual_debit')`,
    ],
    says: /transfer .* \(manual_debit\) of a closed month is on 0 documents of its provider/,
  },
  {
    how: 'a statement ends with another balance than the ledger',
    sql: [rewrite(`jsonb_set(content, '{balance,closingMicros}', '"1"')`, `number = 'PST-2031-000002'`)],
    says: /statement PST-2031-000002 ends with 1, the ledger with 86100000/,
  },
];

describe('the audit of documents', () => {
  test('finds nothing in a month that was documented in full', async () => {
    expect(await violationsAfter([])).toEqual([]);
  });

  test.each(sabotages)('goes red when $how', async ({ sql, says }) => {
    expect((await violationsAfter([...mutable, ...sql])).join('\n')).toMatch(says);
  });
});
