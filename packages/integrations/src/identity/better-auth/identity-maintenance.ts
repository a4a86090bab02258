import type { Client, Pool } from 'pg';
import type { ReportProblem } from '../../common/problem-report.ts';
import { IDENTITY_SCHEMA } from '../identity-database.ts';

/** How many rows of each table one `prune` removes at most. */
export const IDENTITY_ROWS_PRUNED_MAX = 5_000;

/** What better-auth says of a key that was encrypted with another secret; it has no code for it. */
const ANOTHER_SECRET = /^Failed to decrypt private key/;

export interface EnsureSigningKeyOptions {
  readonly client: Client;
  /** Signs something with the current key, which is made if there is none. */
  readonly sign: () => Promise<unknown>;
  readonly reportProblem: ReportProblem;
}

/**
 * Replaces a signing key that was encrypted with an earlier secret: without this, nobody could sign in after a change of
 * the secret. The old key signs nothing more but stays published for its grace, so no access token ends early.
 */
export async function ensureSigningKey({ client, sign, reportProblem }: EnsureSigningKeyOptions): Promise<void> {
  try {
    await sign();
  } catch (cause) {
    if (!(cause instanceof Error && ANOTHER_SECRET.test(cause.message))) throw cause;
    reportProblem({ what: 'identity.signing_key_replaced', cause });
    await client.query(`UPDATE ${IDENTITY_SCHEMA}.jwks SET "expiresAt" = $1 WHERE "expiresAt" > $1`, [new Date()]);
    await sign();
  }
}

/** Removes sessions and mailed tokens that are over; says how many rows. Otherwise only those asked for again would go. */
export async function pruneIdentity(pool: Pool): Promise<number> {
  let rows = 0;
  for (const table of ['session', 'verification']) {
    const name = `${IDENTITY_SCHEMA}.${table}`;
    const removed = await pool.query(
      `DELETE FROM ${name} WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM ${name} WHERE "expiresAt" <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED))`,
      [new Date(), IDENTITY_ROWS_PRUNED_MAX],
    );
    rows += removed.rowCount ?? 0;
  }
  return rows;
}
