import { types } from 'pg';

/** Postgres type numbers (src/include/catalog/pg_type.dat). */
const INT8 = 20;
const INT8_ARRAY = 1016;
const TIMESTAMPTZ = 1184;

type TextParser = (text: string) => unknown;

/** pg's own table, looked at without its literal types: any type number is a key of it. */
const standard: { getTypeParser(oid: number, format?: string): TextParser } = types;

/** `2026-11-29 12:34:56.789+00`, as Postgres writes nearly all of them; trailing zeros of the fraction are left out. */
const UTC_LENGTH_MIN = '2026-11-29 12:34:56+00'.length;
const UTC_LENGTH_MAX = '2026-11-29 12:34:56.789+00'.length;

/** pg takes each one apart by a regular expression, which was 6.6 % of a search's profile. Measured alone: 350 ns, and 200 ns this way. */
function parseInstant(text: string): number {
  if (text.length >= UTC_LENGTH_MIN && text.length <= UTC_LENGTH_MAX && text.endsWith('+00')) {
    const ms = Date.parse(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
    if (!Number.isNaN(ms)) return ms;
  }
  const parsed = standard.getTypeParser(TIMESTAMPTZ, 'text')(text);
  // Infinity stays infinite; nothing in the schema admits it.
  return parsed instanceof Date ? parsed.getTime() : Number(parsed);
}

function parseBigIntArray(text: string): (bigint | null)[] {
  const inner = text.slice(1, -1);
  return inner === '' ? [] : inner.split(',').map((item) => (item === 'NULL' ? null : BigInt(item)));
}

/**
 * How values arrive: bigint as BigInt (money never passes through a float), timestamptz as epoch milliseconds (an
 * Instant). It belongs to one connection's settings and not to pg's global parsers, so that another user of pg in the
 * process (graphile-worker, the identity adapter) keeps the forms that it expects.
 */
export const typeParsers = {
  getTypeParser(oid: number, format?: string): TextParser {
    if (format !== 'binary') {
      if (oid === INT8) return BigInt;
      if (oid === INT8_ARRAY) return parseBigIntArray;
      if (oid === TIMESTAMPTZ) return parseInstant;
    }
    return standard.getTypeParser(oid, format);
  },
};
