/**
 * Writes a document's content as JSON Canonicalization Scheme (RFC 8785): keys sorted by UTF-16 code units, no white space. Numbers are
 * safe integers only, because fractions are where implementations differ. Lone surrogates, which no UTF-8 can hold, become U+FFFD.
 * @throws TypeError for anything else, which is a programming error
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError('A document holds whole numbers only.');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  throw new TypeError(`A document cannot hold a ${typeof value}.`);
}
