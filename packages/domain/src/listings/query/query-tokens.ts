/** The most that a query may hold; nobody types more, and a pasted book is refused at once. */
export const QUERY_LENGTH_MAX = 500;

export const queryOperators = ['>=', '<=', '=', '>', '<'] as const;
export type QueryOperator = (typeof queryOperators)[number];

/** A part of the typed text, in UTF-16 code units: what an input's selection counts in. */
export interface QueryPlace {
  readonly position: number;
  readonly length: number;
}

export type QueryToken = QueryPlace &
  (
    | { readonly kind: 'word'; readonly text: string }
    | {
        readonly kind: 'term';
        readonly name: string;
        readonly operator: QueryOperator;
        readonly value: string;
        /** Where the value stands; of length 0 where there is none yet. */
        readonly valuePlace: QueryPlace;
      }
  );

const TERM = /([\p{L}_]*)(\s*)(>=|<=|=|>|<)(\s*)("[^"]*"?|[^\s"<>=]*)/uy;
const WORD = /"[^"]*"?|[^\s"]+/y;

/** Cuts a query into words and terms such as `gpus>=4`. Blanks around an operator do not count; quotes keep theirs. */
export function queryTokens(text: string): readonly QueryToken[] {
  const tokens: QueryToken[] = [];
  for (let at = 0; at < text.length;) {
    if (/\s/u.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const token = termAt(text, at) ?? wordAt(text, at);
    tokens.push(token);
    at = token.position + token.length;
  }
  return tokens;
}

function termAt(text: string, position: number): QueryToken | null {
  TERM.lastIndex = position;
  const found = TERM.exec(text);
  if (found === null) return null;
  const [all, name = '', before = '', sign = '', after = '', raw = ''] = found;
  const operator = queryOperators.find((known) => known === sign);
  if (operator === undefined) return null;
  const valueAt = position + name.length + before.length + sign.length + after.length;
  // Blanks after an operator without a value belong to nobody.
  const length = raw === '' ? name.length + before.length + sign.length : all.length;
  const valuePlace = { position: raw === '' ? position + length : valueAt, length: raw.length };
  return { kind: 'term', name, operator, value: unquoted(raw), valuePlace, position, length };
}

function wordAt(text: string, position: number): QueryToken {
  WORD.lastIndex = position;
  const raw = WORD.exec(text)?.[0] ?? text.charAt(position);
  return { kind: 'word', text: unquoted(raw), position, length: raw.length };
}

function unquoted(raw: string): string {
  return raw.replace(/^"/, '').replace(/"$/, '').trim();
}
