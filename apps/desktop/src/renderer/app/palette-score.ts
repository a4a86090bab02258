/**
 * How well an entry of the palette fits what was typed: 0 hides it. Every typed word has to occur; words that begin one of the entry's
 * words count more. Entries that carry an id are found by their names alone, because digits of an id fit almost anything.
 */
export function paletteScore(value: string, search: string, names?: readonly string[]): number {
  const text = (names === undefined || names.length === 0 ? value : names.join(' ')).toLowerCase();
  const wanted = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (wanted.length === 0) return 1;
  const words = text.split(/[^\p{L}\p{N}]+/u);
  let score = 0;
  for (const word of wanted) {
    if (words.some((own) => own.startsWith(word))) score += 1;
    else if (text.includes(word)) score += 0.5;
    else return 0;
  }
  return score / wanted.length;
}
