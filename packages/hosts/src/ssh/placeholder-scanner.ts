/** `{name}` that the shell would not read as its own `${name}`. */
const PLACEHOLDER = /(?<!\$)\{([a-z][A-Za-z0-9]*)\}/g;

/** The distinct placeholder names in a command text, in order of appearance. */
export function placeholderNamesOf(text: string): string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''))];
}

/** Replaces each placeholder by what `valueOf` answers for its name. */
export function replacePlaceholders(text: string, valueOf: (name: string) => string): string {
  return text.replaceAll(PLACEHOLDER, (_whole, name: string) => valueOf(name));
}

/**
 * Refuses a template in which a placeholder stands where our quoting would not hold: between quotes or backticks, in a
 * comment, or together with constructs whose quoting this small scanner does not follow (here-documents and `$'…'`).
 *
 * It errs on the side of refusing: a command substitution inside double quotes counts as quoted.
 *
 * @throws TypeError that shows the place.
 */
export function assertPlaceholdersOutsideQuotes(text: string): void {
  const starts = new Set([...text.matchAll(PLACEHOLDER)].map((match) => match.index));
  if (starts.size === 0) return;
  if (text.includes('<<')) throw new TypeError('A command with placeholders cannot hold a here-document.');
  if (text.includes("$'")) throw new TypeError("A command with placeholders cannot hold $'…' quotes.");

  let inside: 'nothing' | 'single' | 'double' | 'backtick' | 'comment' = 'nothing';
  for (let at = 0; at < text.length; at += 1) {
    if (starts.has(at) && inside !== 'nothing') {
      throw new TypeError(
        `A placeholder stands inside quotes or a comment: …${text.slice(Math.max(0, at - 20), at + 20)}…`,
      );
    }
    const character = text.charAt(at);
    switch (inside) {
      case 'nothing':
        if (character === '\\') {
          if (starts.has(at + 1)) throw new TypeError('A backslash stands before a placeholder.');
          at += 1;
        } else if (character === "'") inside = 'single';
        else if (character === '"') inside = 'double';
        else if (character === '`') inside = 'backtick';
        else if (character === '#' && (at === 0 || /[\s;&|()]/.test(text.charAt(at - 1)))) inside = 'comment';
        break;
      case 'single':
        if (character === "'") inside = 'nothing';
        break;
      case 'double':
        if (character === '\\') at += 1;
        else if (character === '"') inside = 'nothing';
        break;
      case 'backtick':
        if (character === '\\') at += 1;
        else if (character === '`') inside = 'nothing';
        break;
      case 'comment':
        if (character === '\n') inside = 'nothing';
        break;
    }
  }
}
