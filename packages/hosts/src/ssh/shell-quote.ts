/**
 * Quotes one value so that a POSIX shell reads it back as exactly one word, whatever is in it.
 *
 * This is the only function in the product that quotes for a shell. Everything between single quotes is literal
 * (POSIX.1-2024, Shell Command Language, 2.2.2), so only the single quote itself needs care.
 *
 * @throws TypeError when the value holds a NUL byte, which no command line can carry, or a number is not a safe integer.
 */
export function shellQuote(value: string | number | bigint): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new TypeError('A number in a command has to be a safe integer.');
  }
  const text = String(value);
  if (text.includes('\0')) throw new TypeError('A value in a command cannot hold a NUL byte.');
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
