import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

export type CopyValue = string | number | bigint | boolean | null;

/** Rows of one table on their way into it. */
export type CopyTable = { readonly table: string; readonly columns: string; readonly rows: CopyValue[][] };

/** Rows of a chunk: enough for long writes, few enough to be forgotten soon. */
const CHUNK_ROWS = 500;

/** Writes the rows by COPY in its text format (PostgreSQL manual, COPY, "Text Format") and forgets them. */
export async function copyRows(client: Client, { columns, rows, table }: CopyTable): Promise<void> {
  if (rows.length === 0) return;
  const target = client.query(copyFrom(`COPY ${table} (${columns}) FROM STDIN`));
  await pipeline(Readable.from(chunksOf(rows)), target);
  rows.length = 0;
}

function* chunksOf(rows: readonly CopyValue[][]): Iterable<string> {
  for (let at = 0; at < rows.length; at += CHUNK_ROWS) {
    const lines = rows.slice(at, at + CHUNK_ROWS).map((row) => `${row.map(textOf).join('\t')}\n`);
    yield lines.join('');
  }
}

function textOf(value: CopyValue): string {
  if (value === null) return String.raw`\N`;
  if (typeof value !== 'string' || !/[\\\t\n]/.test(value)) return String(value);
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('\t', String.raw`\t`)
    .replaceAll('\n', String.raw`\n`);
}
