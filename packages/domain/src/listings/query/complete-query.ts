import { queryFieldOf, queryFields } from './query-fields.ts';
import { queryTokens, type QueryPlace } from './query-tokens.ts';

/** Something that can stand at the caret instead of what was begun there. */
export interface QueryCompletion {
  readonly insert: string;
  readonly help: string;
}

export interface QueryCompletions extends QueryPlace {
  readonly options: readonly QueryCompletion[];
}

/** Values that only the market knows, the most common first. */
export interface QueryChoices {
  readonly gpuModels: readonly string[];
  readonly regions: readonly string[];
}

const OPTIONS_MAX = 8;

/** What can be written at the caret: names of fields, and behind an operator the values that are known. Never throws. */
export function completeQuery(text: string, caret: number, choices: QueryChoices): QueryCompletions {
  const at = Math.min(Math.max(0, caret), text.length);
  const token = queryTokens(text.slice(0, at)).at(-1);
  const none = { position: at, length: 0, options: [] };
  // Behind a blank a new word begins, unless an operator still waits for its value.
  const touches = token !== undefined && token.position + token.length === at;
  if (token?.kind === 'term') {
    const waits = token.value === '' && text.slice(token.position + token.length, at).trim() === '';
    if (!touches && !waits) return namesFor('', at);
    const field = queryFieldOf(token.name);
    if (field === undefined) return none;
    const known =
      field.names[0] === 'gpu' ? choices.gpuModels : field.names[0] === 'region' ? choices.regions : field.values;
    const begun = token.value.toLowerCase();
    const options = (known ?? [])
      .filter((value) => value.toLowerCase().includes(begun) && value.toLowerCase() !== begun)
      .slice(0, OPTIONS_MAX)
      .map((value) => ({ insert: quoted(value), help: field.help }));
    const { position, length } = waits && !touches ? { position: at, length: 0 } : token.valuePlace;
    return { position, length, options };
  }
  return touches && token?.kind === 'word' ? namesFor(token.text, token.position) : namesFor('', at);
}

function namesFor(begun: string, position: number): QueryCompletions {
  const options = queryFields
    .filter(({ names }) => names.some((name) => name.startsWith(begun.toLowerCase())))
    .slice(0, OPTIONS_MAX)
    .map(({ help, names: [name], operators: [operator = '='] }) => ({ insert: `${name}${operator}`, help }));
  return { position, length: begun.length, options };
}

function quoted(value: string): string {
  return /[\s"<>=]/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
}
