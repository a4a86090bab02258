import type { z } from 'zod';

/**
 * What a refused input says when its schema has no sentence of its own. The name of the field stands beside it on a
 * screen, so the sentence begins with what must be.
 */
export const plainWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'Must be given.' : `Must be ${typeWords[issue.expected] ?? issue.expected}.`;
    case 'too_small':
      return `Must ${sizeWords(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}.`;
    case 'too_big':
      return `Must ${sizeWords(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}.`;
    case 'unrecognized_keys':
      return `Has unknown fields: ${issue.keys.slice(0, KEYS_SHOWN_MAX).map(shorten).join(', ')}. Leave them out.`;
    case 'invalid_value':
      return `Must be ${issue.values
        .map(String)
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1')}.`;
    case 'not_multiple_of':
      return `Must be a multiple of ${String(issue.divisor)}.`;
    case 'invalid_format':
      return `Must be a valid ${formatWords[issue.format] ?? 'text of the expected form'}.`;
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return 'Is not valid.';
    default:
      return 'Is not valid.';
  }
};

const KEYS_SHOWN_MAX = 5;
const KEY_LENGTH_SHOWN_MAX = 40;

/** An unknown key is the client's own text: it is repeated, but not at any length. */
function shorten(key: string): string {
  return key.length > KEY_LENGTH_SHOWN_MAX ? `${key.slice(0, KEY_LENGTH_SHOWN_MAX)}…` : key;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object with named fields',
  date: 'a date',
  bigint: 'a whole number',
  null: 'empty',
};

const formatWords: Readonly<Record<string, string>> = {
  email: 'e-mail address',
  uuid: 'id',
  datetime: 'time with its zone',
  url: 'web address',
};

function sizeWords(origin: string, comparison: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${comparison} ${String(limit)} characters`;
  if (origin === 'array' || origin === 'set' || origin === 'map') return `have ${comparison} ${String(limit)} entries`;
  return `be ${comparison} ${String(limit)}`;
}
