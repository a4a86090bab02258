import { createHash } from 'node:crypto';
import type { Client } from 'pg';

/** A hash per table: what is equal has the same rows. */
export type DatabaseDump = Readonly<Record<string, string>>;

/**
 * Tables that a refused call may write: the look of an admin, counters of the door, what the server asks of itself, and the
 * commands that it sent.
 */
const EXCEPT = ['public.audit_log', 'identity.auth_attempts', 'public.job_requests', 'public.leases'];

/**
 * Hashes the rows of every table of the product and of the identity provider. The rows' hashes are added up, with two seeds
 * and the count, so that their order plays no part: to sort each of fifty tables costs ten times all the rest.
 */
export async function dumpDatabase(sql: Client, except: readonly string[] = EXCEPT): Promise<DatabaseDump> {
  const { rows: tables } = await sql.query<{ name: string }>({
    name: 'dump_tables',
    text: `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname IN ('public', 'identity') AND NOT format('%s.%s', schemaname, tablename) = ANY ($1) ORDER BY 1`,
    values: [except],
  });
  const parts = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS name, format('%s rows, %s, %s', count(*), sum(hashtextextended(row::text, 1)),
         sum(hashtextextended(row::text, 2))) AS hash FROM ${name} AS row`,
  );
  const text = parts.join(' UNION ALL ');
  // Prepared: to plan it takes longer than to run it, and some tests dump hundreds of times.
  const name = `dump_${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;
  const { rows } = await sql.query<{ name: string; hash: string }>({ name, text });
  return Object.fromEntries(rows.map(({ name, hash }) => [name, hash]));
}
