import type { Client } from 'pg';

/** Something that is taken away and made again: how, and how it comes back exactly as it was. */
interface Paused {
  readonly drop: string;
  readonly restore: string;
}

/** What a row pays for one by one, and a million at once pays for many times less: foreign keys, exclusions, plain indexes. */
const PAUSED = `
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS restore
  FROM pg_constraint
  WHERE contype IN ('f', 'x') AND conparentid = 0 AND conrelid = ANY ($1::text[]::regclass[])
  UNION ALL
  SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
  FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
  WHERE indrelid = ANY ($1::text[]::regclass[]) AND relkind = 'i' AND NOT relispartition AND NOT indisunique AND NOT indisexclusion
  ORDER BY drop`;

/**
 * Does the work in one transaction in which the tables' foreign keys, exclusion constraints and plain indexes are gone;
 * before it ends they are back and have judged every row (PostgreSQL manual, "Populating a Database"). Whatever breaks it
 * off leaves the database as it was. Nobody else can read the tables meanwhile.
 */
export async function bulkLoad(client: Client, tables: readonly string[], work: () => Promise<void>): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`LOCK TABLE ${tables.join(', ')} IN ACCESS EXCLUSIVE MODE`);
    await client.query("SET LOCAL maintenance_work_mem = '256MB'");
    await client.query("SET LOCAL work_mem = '256MB'");
    const { rows } = await client.query<Paused>(PAUSED, [tables]);
    for (const { drop } of rows) await client.query(drop);
    await work();
    for (const { restore } of rows) await client.query(restore);
    await client.query('COMMIT');
  } catch (error) {
    // Where the connection is lost, Postgres has rolled back already, and the first error says why.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
