import type { Client } from 'pg';

import { auditInvariants, type AuditResult } from './audit-invariants.ts';

/**
 * What the audit says after these statements of the owner of the tables. Constraints that wait for the commit are asked before it
 * looks; then everything is taken back, so that the next sabotage finds what this one found.
 */
export async function auditAfterSabotage(
  owner: Client,
  statements: readonly string[],
): Promise<readonly AuditResult[]> {
  await owner.query('BEGIN');
  try {
    for (const statement of statements) await owner.query(statement);
    await owner.query('SET CONSTRAINTS ALL IMMEDIATE');
    return await auditInvariants({ connection: owner });
  } finally {
    await owner.query('ROLLBACK');
  }
}
