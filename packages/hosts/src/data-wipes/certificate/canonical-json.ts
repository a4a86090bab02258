/**
 * Writes a value as JSON Canonicalization Scheme (RFC 8785): keys sorted by UTF-16 code units, no white space. Only what a certificate
 * holds is accepted: numbers are safe integers, because fractions are where implementations differ.
 * @throws TypeError for anything else, which is a programming error.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('A certificate holds whole characters only.');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError('A certificate holds whole numbers only.');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  throw new TypeError(`A certificate cannot hold a ${typeof value}.`);
}
