/** A LIKE pattern that finds the text anywhere, in lower case; `%` and `_` in it stand for themselves. */
export function likePattern(text: string): string {
  return `%${text.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
