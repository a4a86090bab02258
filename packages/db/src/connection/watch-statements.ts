import type { Knex } from 'knex';
import { z } from 'zod';

import { PlanHashes } from './plan-hashes.ts';

/** A statement that Postgres has answered. Its values are never in it: they are people's data. */
export interface StatementSeen {
  /** Of a prepared one, without our prefix; null for any other. */
  readonly name: string | null;
  readonly text: string;
  readonly durationMs: number;
  readonly hasFailed: boolean;
}

export interface SlowStatement extends StatementSeen {
  /** The same for the same shape of plan; null where Postgres can't explain the statement without its values. */
  readonly planHash: string | null;
}

export interface WatchStatementsOptions {
  readonly onStatement: (statement: StatementSeen) => void;
  /** From how long on a statement is slow. */
  readonly slowMs: number;
  readonly onSlow: (statement: SlowStatement) => void;
}

/** What knex tells of a query, as far as it is used here. */
const queryEventSchema = z.object({
  __knexQueryUid: z.string(),
  sql: z.string(),
  options: z.object({ name: z.string().optional() }).optional(),
});

const EXPLAIN = /^\s*explain\b/i;
/** Begun and not answered; more than any pool has connections. */
const OPEN_MAX = 1_000;

/** Watches every statement of a pool, those in transactions too, until the pool is destroyed. */
export function watchStatements(knex: Knex, options: WatchStatementsOptions): void {
  const open = new Map<string, number>();
  const plans = new PlanHashes(knex);

  knex.on('query', (event: unknown) => {
    const query = queryEventSchema.safeParse(event).data;
    if (query !== undefined && open.size < OPEN_MAX) open.set(query.__knexQueryUid, performance.now());
  });
  knex.on('query-response', (_response: unknown, event: unknown) => answered(event, false));
  knex.on('query-error', (_error: unknown, event: unknown) => answered(event, true));

  function answered(event: unknown, hasFailed: boolean): void {
    const query = queryEventSchema.safeParse(event).data;
    if (query === undefined) return;
    const beganAt = open.get(query.__knexQueryUid);
    open.delete(query.__knexQueryUid);
    if (beganAt === undefined || EXPLAIN.test(query.sql)) return;
    const statement: StatementSeen = {
      name: query.options?.name?.replace(/^rsm_/, '') ?? null,
      text: query.sql,
      durationMs: performance.now() - beganAt,
      hasFailed,
    };
    options.onStatement(statement);
    if (statement.durationMs < options.slowMs) return;
    // Not waited for: whoever asked has the answer already, and a plan is a courtesy to the operator.
    const tell = (planHash: string | null): void => options.onSlow({ ...statement, planHash });
    plans.of(statement.text).then(tell, () => tell(null));
  }
}
