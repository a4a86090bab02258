import { bookingStatuses } from '@rsm/domain/bookings/booking';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createKnex } from '../connection/create-knex.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { down as downAutoExtension, up as upAutoExtension } from './0014-auto-extension.ts';
import { down as downPayments, up as upPayments } from './0016-payments.ts';
import { down as downDisputes, up as upDisputes } from './0020-disputes.ts';
import { down as downHandovers, up as upHandovers } from './0024-handovers.ts';
import { describeSchema } from './catalog.ts';
import { migrateDown, migrateToLatest, pendingMigrations } from './migrate.ts';
import { migrationNames } from './migration-source.ts';
import { appendOnlyTables } from './sql.ts';

describe('the migrations', () => {
  let database: TestDatabase;
  let owner: Knex;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = createKnex({ url: database.ownerUrl });
  });
  afterAll(async () => {
    await owner.destroy();
    await database.drop();
  });

  async function rows(sql: string): Promise<readonly Record<string, unknown>[]> {
    const result = await owner.raw<{ rows: Record<string, unknown>[] }>(sql);
    return result.rows;
  }

  test('up, down and up again give the identical schema, and down leaves nothing', async () => {
    const first = await describeSchema(owner);
    expect(first.filter((line) => line.startsWith('constraint ')).length).toBeGreaterThan(150);

    const undone = await migrateDown({ ownerUrl: database.ownerUrl });
    expect(undone).toHaveLength(migrationNames.length);
    const left = (await describeSchema(owner)).filter((line) => !line.includes('schema_migrations'));
    expect(left).toEqual([]);
    expect(await pendingMigrations(owner)).toEqual(migrationNames);

    expect(await migrateToLatest({ ownerUrl: database.ownerUrl, applicationRole: 'rsm_app' })).toEqual(migrationNames);
    expect(await describeSchema(owner)).toEqual(first);
    expect(await pendingMigrations(owner)).toEqual([]);
  });

  test('a process goes on when a newer version has migrated before it is renewed itself', async () => {
    const later = { name: '9999-of-a-newer-version', batch: 99, migration_time: new Date(0) };
    await owner('schema_migrations').insert(later);
    expect(await pendingMigrations(owner)).toEqual([]);
    await owner('schema_migrations').where({ name: later.name }).delete();
  });

  test('an installation that knew fewer kinds of events and jobs learns the new ones', async () => {
    const before = await describeSchema(owner);
    await downAutoExtension(owner);
    await owner.raw(`
      ALTER TABLE events DROP CONSTRAINT events_kind_known;
      ALTER TABLE events ADD CONSTRAINT events_kind_known CHECK (kind IN ('booking_active'));
      ALTER TABLE job_requests DROP CONSTRAINT job_requests_name_known;
      ALTER TABLE job_requests ADD CONSTRAINT job_requests_name_known CHECK (name IN ('sweep'));`);
    await upAutoExtension(owner);
    expect(await describeSchema(owner)).toEqual(before);
  });

  test('a payment that waited before anybody looked after such ones is looked after', async () => {
    await downPayments(owner);
    await owner.raw(`
      INSERT INTO users (id, issuer, subject, email, display_name, status, is_admin, created_at)
      VALUES ('019a0000-0000-7000-8000-000000000001', 'i', 's', 'a@example.test', 'A', 'active', false, now());
      INSERT INTO payments (id, user_id, kind, status, processor, amount_micros, currency, created_by, created_at, settled_at)
      SELECT gen_random_uuid(), id, old.kind, old.status, 'stripe', 5, 'EUR', id, '2031-01-01T00:00:00Z', settled_at FROM users,
        (VALUES ('top_up', 'pending', NULL::timestamptz), ('top_up', 'failed', now()), ('manual_credit', 'succeeded', now()))
          AS old (kind, status, settled_at);`);
    await upPayments(owner);
    expect(await rows('SELECT kind, status, next_check_at FROM payments WHERE next_check_at IS NOT NULL')).toEqual([
      { kind: 'top_up', status: 'pending', next_check_at: Date.parse('2031-01-01T00:15:00Z') },
    ]);
    await owner.raw('DELETE FROM payments; DELETE FROM users;');
  });

  test('an installation that knew no disputes learns their table and their states', async () => {
    const before = await describeSchema(owner);
    await downDisputes(owner);
    await owner.raw(`
      ALTER TABLE status_changes DROP CONSTRAINT status_changes_edge;
      ALTER TABLE status_changes ADD CONSTRAINT status_changes_edge CHECK (subject IN ('user', 'machine'));`);
    await upDisputes(owner);
    expect(await describeSchema(owner)).toEqual(before);
  });

  test('an installation that knew no handovers learns their table, and the end and the loss that come of them', async () => {
    const before = await describeSchema(owner);
    await downHandovers(owner);
    await owner.raw(`
      ALTER TABLE bookings DROP CONSTRAINT bookings_end_reason_known, DROP CONSTRAINT bookings_end_requested_by_known;
      ALTER TABLE bookings ADD CONSTRAINT bookings_end_reason_known CHECK (end_reason IN ('ended')),
        ADD CONSTRAINT bookings_end_requested_by_known CHECK (end_requested_by IN ('ended'));
      ALTER TABLE reliability_losses DROP CONSTRAINT reliability_losses_kind_known;
      ALTER TABLE reliability_losses ADD CONSTRAINT reliability_losses_kind_known CHECK (kind IN ('not_ready'));`);
    await upHandovers(owner);
    expect(await describeSchema(owner)).toEqual(before);
  });

  test('a second run does nothing', async () => {
    expect(await migrateToLatest({ ownerUrl: database.ownerUrl, applicationRole: 'rsm_app' })).toEqual([]);
  });

  test('several processes may migrate at once', { tags: 'deep' }, async () => {
    await migrateDown({ ownerUrl: database.ownerUrl });
    const runs = await Promise.all(
      [1, 2, 3, 4].map(() => migrateToLatest({ ownerUrl: database.ownerUrl, applicationRole: 'rsm_app' })),
    );
    expect(runs.map((names) => names.length).toSorted((a, b) => a - b)).toEqual([0, 0, 0, migrationNames.length]);
  });

  test('a process that died while migrating does not block the next one', async () => {
    await owner.raw('UPDATE schema_migrations_lock SET is_locked = 1');
    expect(await migrateToLatest({ ownerUrl: database.ownerUrl })).toEqual([]);
  });

  test('every constraint has a name that we gave', async () => {
    // Names that Postgres makes up end in a suffix after the table and column, or in a number.
    const unnamed = await rows(`
      SELECT conrelid::regclass || ' ' || conname AS name FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'x')
        AND (conname ~ '_check[0-9]*$' OR conname ~ '_excl[0-9]*$')`);
    expect(unnamed).toEqual([]);
  });

  test('every foreign key that points to a growing table can be followed back by an index, or is named here', async () => {
    const missing = await rows(`
      SELECT c.conname AS name FROM pg_constraint c
      WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND c.conparentid = 0
        AND NOT EXISTS (
          SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND c.conkey[1] = ANY (i.indkey::int2[])
            AND i.indkey[0] = ANY (c.conkey))
      ORDER BY 1`);
    // Rows of these parents are never deleted, and nothing asks from the parent's side.
    expect(missing.map((row) => row['name'])).toEqual([
      'benchmarks_raw_output_sha256_fkey',
      'blocks_created_by_fkey',
      'blocks_unit_id_fkey',
      'bookings_listing_fkey',
      'data_wipes_released_by_fkey',
      'disputes_decided_by_fkey',
      'handovers_raw_output_sha256_fkey',
      'payments_created_by_fkey',
      'reliability_losses_booking_id_fkey',
      'tool_consents_consented_by_fkey',
    ]);
  });

  test.each(appendOnlyTables)('%s refuses change, even by its owner', async (table) => {
    await expect(owner(table).delete()).rejects.toMatchObject({ constraint: `${table}_append_only` });
    await expect(owner.raw('TRUNCATE ?? CASCADE', [table])).rejects.toMatchObject({ code: '23001' });
  });

  test('the application may not change what only grows, nor the schema', async () => {
    const application = createKnex({ url: database.url });
    try {
      for (const table of appendOnlyTables) {
        await expect(application(table).delete()).rejects.toMatchObject({ code: '42501' });
      }
      await expect(application.raw('ALTER TABLE bookings DROP CONSTRAINT bookings_end_after_start')).rejects.toThrow(
        /must be owner/,
      );
      await expect(application('schema_migrations').delete()).rejects.toMatchObject({ code: '42501' });
      await expect(application('bookings').delete()).resolves.toBe(0);
    } finally {
      await application.destroy();
    }
  });

  test('the states that a CHECK admits are those of the domain', async () => {
    const [row] = await rows(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'bookings_status_known'`,
    );
    const words = String(row?.['definition']).match(/'[a-z_]+'/g);
    expect(words).toEqual(bookingStatuses.map((status) => `'${status}'`));
  });
});
