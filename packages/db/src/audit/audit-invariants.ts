import { Client } from 'pg';

import { calendarInvariants } from './calendar-invariants.ts';
import { documentInvariants } from './document-invariants.ts';
import { effectInvariants } from './effect-invariants.ts';
import { historyInvariants } from './history-invariants.ts';
import type { Invariant } from './invariant.ts';
import { marketInvariants } from './market-invariants.ts';
import { moneyInvariants } from './money-invariants.ts';
import { spendingInvariants } from './spending-invariants.ts';

export type AuditResult = {
  /** The number on the list "Always true" of the quality page. */
  readonly number: number;
  readonly name: string;
  /** Sentences that name the rows that break it, first row first; empty when it holds. */
  readonly violations: readonly string[];
  /** What was not looked at, because only the hosts can answer it and nobody was there to ask them. */
  readonly notChecked: string | null;
};

/** Where the audit reads. */
export type AuditSource =
  /** A role that may read every table. */
  | { readonly url: string }
  /** A connection in whose transaction it looks: what that has changed counts, and the next look need not plan anew. */
  | { readonly connection: Client };

export type AuditOptions = AuditSource & {
  /**
   * Looks at the machines themselves for the invariants that a database can't answer alone (6 and 7), and returns one
   * sentence for each breach. Called after the database was read.
   */
  readonly lookAtHosts?: (invariant: { readonly number: number; readonly name: string }) => Promise<readonly string[]>;
};

/** Rows named per statement; the first one is enough to begin with, and a broken table must not fill a terminal. */
const VIOLATIONS_MAX = 10;
/** Whole tables are read. */
const STATEMENT_TIMEOUT_MS = 10 * 60_000;

const invariants: readonly Invariant[] = [
  ...calendarInvariants,
  ...moneyInvariants,
  ...historyInvariants,
  ...effectInvariants,
  ...spendingInvariants,
  ...documentInvariants,
  ...marketInvariants,
].toSorted((a, b) => a.number - b.number);

type Finding = { readonly invariant: Invariant; readonly violations: readonly string[] };

async function findingOf(client: Client, invariant: Invariant): Promise<Finding> {
  const violations: string[] = [];
  for (const [index, statement] of invariant.statements.entries()) {
    const { rows } = await client.query<{ violation: string }>({
      name: `audit-${String(invariant.number)}-${String(index)}`,
      text: `${statement} LIMIT ${VIOLATIONS_MAX + 1}`,
    });
    violations.push(...rows.slice(0, VIOLATIONS_MAX).map((row) => row.violation));
    if (rows.length > VIOLATIONS_MAX) violations.push('and more of the same');
  }
  return { invariant, violations };
}

async function findAll(client: Client): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const invariant of invariants) findings.push(await findingOf(client, invariant));
  return findings;
}

async function findAllAt(url: string): Promise<readonly Finding[]> {
  const client = new Client({
    connectionString: url,
    application_name: 'rsm audit',
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const findings = await findAll(client);
    await client.query('COMMIT');
    return findings;
  } finally {
    await client.end();
  }
}

/**
 * Checks what must always be true with SQL of its own, on a connection of its own, in one read-only snapshot. It shares no
 * code with the product and changes nothing; it may run beside it at any time.
 * @throws Error when the database can't be read; a check that could not look is never "holds"
 */
export async function auditInvariants(options: AuditOptions): Promise<readonly AuditResult[]> {
  const findings = 'url' in options ? await findAllAt(options.url) : await findAll(options.connection);
  const results: AuditResult[] = [];
  for (const { invariant, violations } of findings) {
    const { number, name, needsHosts } = invariant;
    const asksHosts = needsHosts !== undefined && options.lookAtHosts !== undefined;
    const fromHosts = asksHosts ? await options.lookAtHosts({ number, name }) : [];
    const notChecked = asksHosts ? null : (needsHosts ?? null);
    results.push({ number, name, violations: [...violations, ...fromHosts], notChecked });
  }
  return results;
}
