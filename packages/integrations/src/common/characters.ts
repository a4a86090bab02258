/** Splits a text into its code points, the characters that a length in a message counts. */
export function characters(text: string): string[] {
  return Array.from(text);
}
