import type { StateGraph } from '@rsm/domain/common/state-graph';

const PLAIN_WORD = /^[a-z][a-z0-9_]*$/;

function quoted(word: string): string {
  if (!PLAIN_WORD.test(word)) throw new Error(`"${word}" is no plain word and must not stand in a migration.`);
  return `'${word}'`;
}

/** `'a', 'b'`: the members of a closed union of the domain, for `CHECK (column IN (…))`. */
export function sqlList(words: readonly string[]): string {
  return words.map(quoted).join(', ');
}

/** `('a', 'b'), ('a', 'c')`: the edges of a state graph of the domain. */
export function sqlEdges<State extends string>(graph: StateGraph<State>): string {
  return edgesOf(graph)
    .map(([from, to]) => `(${quoted(from)}, ${quoted(to)})`)
    .join(', ');
}

function edgesOf<State extends string>(graph: StateGraph<State>): (readonly [string, string])[] {
  return Object.entries<readonly string[]>(graph).flatMap(([from, targets]) =>
    targets.map((to) => [from, to] as const),
  );
}

/**
 * A trigger that lets a status move only along the domain's graph. It costs nothing on other updates: the graph stands in
 * the trigger's WHEN clause, and the function is called only to refuse.
 */
export function sqlStateMoveTrigger<State extends string>(table: string, graph: StateGraph<State>): string {
  return `
    CREATE TRIGGER ${table}_status_move BEFORE UPDATE OF status ON ${table} FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND (OLD.status, NEW.status) NOT IN (${sqlEdges(graph)}))
    EXECUTE FUNCTION refuse_status_move();`;
}

/** Names of the tables that only grow. Their rows are evidence: no trigger, and no privilege, lets one change. */
export const appendOnlyTables = [
  'audit_log',
  'booking_state_changes',
  'certificates',
  'document_lines',
  'document_months',
  'documents',
  'handovers',
  'ledger_entries',
  'ledger_transfers',
  'machine_baselines',
  'machine_checks',
  'machine_inspections',
  'spending_alarms',
  'spending_limits',
  'status_changes',
  'wipe_findings',
  'wipe_steps',
] as const;

/** A trigger that refuses to change or remove rows, even for the owner of the table. */
export function sqlAppendOnlyTrigger(table: (typeof appendOnlyTables)[number]): string {
  return `
    CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();`;
}

/** A CHECK that a text is not empty and not longer than the limit. */
export function sqlLength(table: string, column: string, max: number): string {
  return `CONSTRAINT ${table}_${column}_length CHECK (char_length(${column}) BETWEEN 1 AND ${max})`;
}
