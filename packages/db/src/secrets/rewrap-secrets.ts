import type { SecretPlace } from '@rsm/domain/common/secret-box';
import type { Knex } from 'knex';

import { createKnex } from '../connection/create-knex.ts';
import { SealError, type SealedBox } from './sealed-box.ts';

/** Everything that is sealed at rest. A test finds a sealed column of the database that is missing here. */
export const SEALED_COLUMNS = [
  { table: 'machines', id: 'id', column: 'control_private_key_sealed' },
  { table: 'machines', id: 'id', column: 'verifier_private_key_sealed' },
  { table: 'wipe_canaries', id: 'data_wipe_id', column: 'seed_sealed' },
] as const;

/** Rows that are read at a time. */
const BATCH_ROWS = 500;

type RewrapOptions = {
  /** As a role that may update these tables. */
  readonly url: string;
  /** Knows the old keys and the current one. */
  readonly box: Pick<SealedBox, 'needsRewrap' | 'rewrap'>;
};

/** What became of one column. */
type RewrappedColumn = {
  readonly column: string;
  readonly rewrapped: number;
  /** Rows whose value no key opens, by their id: they stay as they are. */
  readonly unreadable: readonly string[];
};

/**
 * Wraps every sealed value with the current key, so that the older ones may be thrown away. Processes may run meanwhile: the
 * secrets themselves do not change, and a row that somebody seals anew at that moment is left to him. May be repeated.
 */
export async function rewrapSecrets({ box, url }: RewrapOptions): Promise<readonly RewrappedColumn[]> {
  const knex = createKnex({ url, poolMax: 1 });
  try {
    const results: RewrappedColumn[] = [];
    for (const place of SEALED_COLUMNS) results.push(await rewrapColumn(knex, box, place));
    return results;
  } finally {
    await knex.destroy();
  }
}

async function rewrapColumn(
  knex: Knex,
  box: RewrapOptions['box'],
  { column, id, table }: (typeof SEALED_COLUMNS)[number],
): Promise<RewrappedColumn> {
  const unreadable: string[] = [];
  let rewrapped = 0;
  let last: string | null = null;
  for (;;) {
    const { rows }: { rows: { row: string; sealed: string }[] } = await knex.raw(
      `SELECT CAST(:id: AS text) AS row, :column: AS sealed FROM :table:
       WHERE CAST(:last AS uuid) IS NULL OR :id: > CAST(:last AS uuid) ORDER BY :id: LIMIT :limit`,
      { id, column, table, last, limit: BATCH_ROWS },
    );
    for (const { row, sealed } of rows) {
      const anew = rewrap(box, sealed, { table, row, column });
      if (anew === null) unreadable.push(row);
      else if (anew !== sealed) {
        const { rowCount }: { rowCount: number } = await knex.raw(
          'UPDATE :table: SET :column: = :anew WHERE :id: = :row AND :column: = :sealed',
          { table, column, id, row, anew, sealed },
        );
        rewrapped += rowCount;
      }
    }
    last = rows.at(-1)?.row ?? null;
    if (rows.length < BATCH_ROWS) return { column: `${table}.${column}`, rewrapped, unreadable };
  }
}

/** The value as it is where it needs nothing; null where no key opens it. */
function rewrap(box: RewrapOptions['box'], sealed: string, place: SecretPlace): string | null {
  try {
    return box.needsRewrap(sealed) ? box.rewrap(sealed, place) : sealed;
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}
