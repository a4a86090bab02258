import type { createKnex } from '@rsm/db';
import type { Client } from 'pg';

type Pool = ReturnType<typeof createKnex>;

/** One statement as it went to Postgres. */
interface Statement {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

/** A binding as text with holes: literal pieces, and numbers of the values that fill the holes. */
type Piece = string | number;

interface Template {
  readonly name: string;
  readonly sql: string;
  readonly bindings: readonly (readonly Piece[] | { readonly constant: unknown })[];
}

/** Notes every statement of the pool while the work runs. Nothing else may use the pool meanwhile. */
export async function recordStatements<Result>(
  pool: Pool,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly statements: readonly Statement[] }> {
  const statements: Statement[] = [];
  const note = (query: { readonly sql: string; readonly bindings?: readonly unknown[] }): void => {
    statements.push({ sql: query.sql, bindings: query.bindings ?? [] });
  };
  pool.on('query', note);
  try {
    return { result: await work(), statements };
  } finally {
    pool.removeListener('query', note);
  }
}

/**
 * The statements of one recorded transaction, to be sent again by a bare client with other values. `sampleValues` are the
 * texts of the recording that differ from one run to the next; whatever holds one of them becomes a hole.
 */
export class Replay {
  readonly #templates: readonly Template[];

  constructor(label: string, statements: readonly Statement[], sampleValues: readonly string[]) {
    this.#templates = statements.map(({ bindings, sql }, index) => ({
      // Prepared by name: one name, one text.
      name: `bench_${label}_${String(index)}`,
      sql,
      bindings: bindings.map((value) =>
        typeof value === 'string' ? piecesOf(value, sampleValues) : { constant: value },
      ),
    }));
  }

  /** The recorded statements, shortened, for the report. */
  get count(): number {
    return this.#templates.length;
  }

  /** Sends the whole transaction once, one statement after the other, as the product does. */
  async send(client: Client, values: readonly string[]): Promise<void> {
    for (const { bindings, name, sql } of this.#templates) {
      // BEGIN and COMMIT have nothing to prepare.
      if (bindings.length === 0) await client.query(sql);
      else await client.query({ name, text: sql, values: bindings.map((binding) => filled(binding, values)) });
    }
  }
}

function filled(binding: Template['bindings'][number], values: readonly string[]): unknown {
  if ('constant' in binding) return binding.constant;
  return binding.map((piece) => (typeof piece === 'number' ? (values[piece] ?? '') : piece)).join('');
}

function piecesOf(text: string, sampleValues: readonly string[]): readonly Piece[] {
  let pieces: readonly Piece[] = [text];
  for (const [number, sample] of sampleValues.entries()) {
    pieces = pieces.flatMap((piece) =>
      typeof piece === 'number'
        ? [piece]
        : piece.split(sample).flatMap((part, index): Piece[] => (index === 0 ? [part] : [number, part])),
    );
  }
  return pieces.filter((piece) => piece !== '');
}
