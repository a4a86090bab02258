import type { ListingFilter, ListingSort } from '../listing-repository.ts';
import { queryFieldOf, queryFields, type QueryField } from './query-fields.ts';
import { QUERY_LENGTH_MAX, queryTokens, type QueryPlace, type QueryToken } from './query-tokens.ts';
import type { QueryTimes } from './query-values.ts';

/** What is wrong with a token, where it stands, and what to write instead. */
export interface QueryError extends QueryPlace {
  readonly message: string;
}

export interface ParsedQuery {
  /** What was understood; terms with errors ask for nothing. */
  readonly filter: ListingFilter;
  readonly sort: ListingSort | null;
  /** In the order of the text. Each lies within it and is at least one character long. */
  readonly errors: readonly QueryError[];
}

const TEXT_MAX = 100;

/**
 * Reads a query such as `gpu=RTX4090 gpus>=4 price<2.50 quiet`. Never throws: whatever is typed, what can be understood is
 * asked for and the rest is named with its place.
 */
export function parseQuery(text: string, times: QueryTimes): ParsedQuery {
  if (text.length > QUERY_LENGTH_MAX) {
    const place = { position: QUERY_LENGTH_MAX, length: text.length - QUERY_LENGTH_MAX };
    return {
      filter: {},
      sort: null,
      errors: [{ ...place, message: `Write at most ${String(QUERY_LENGTH_MAX)} characters.` }],
    };
  }
  const errors: QueryError[] = [];
  const said = new Set<QueryField>();
  const words: string[] = [];
  let filter: ListingFilter = {};
  let sort: ListingSort | null = null;
  for (const token of queryTokens(text)) {
    const { position, length } = token;
    const refuse = (message: string, place: QueryPlace = token): void => {
      errors.push({
        message,
        position: place.length > 0 ? place.position : position,
        length: place.length > 0 ? place.length : length,
      });
    };
    if (token.kind === 'word') {
      const problem = wordProblem(token.text, words);
      if (problem !== null) refuse(problem);
      else if (token.text !== '') words.push(token.text);
      continue;
    }
    const field = queryFieldOf(token.name);
    const problem = termProblem(token, field, said);
    if (field === undefined || problem !== null) {
      refuse(problem ?? '', field === undefined ? { position, length: token.name.length } : token);
      continue;
    }
    const read = field.read(token.value, token.operator, times);
    if ('problem' in read) {
      refuse(read.problem, token.valuePlace);
      continue;
    }
    said.add(field);
    if ('sort' in read.value) {
      sort = read.value.sort;
      continue;
    }
    const both = strictest(filter, read.value.filter);
    const contradiction = contradictionOf(both);
    if (contradiction === null) filter = both;
    else refuse(contradiction);
  }
  return { filter: words.length === 0 ? filter : { ...filter, text: words.join(' ') }, sort, errors };
}

function wordProblem(word: string, before: readonly string[]): string | null {
  if (/[<>=]/.test(word))
    return `"${word}" is not understood. Terms begin with a name, such as ${queryFields[0]?.example ?? ''}.`;
  if (/\p{C}/u.test(word)) return 'This holds a character that nobody can see. Leave it out.';
  const length = [...before, word].join(' ').length;
  return length > TEXT_MAX ? `Write at most ${String(TEXT_MAX)} characters of text beside the terms.` : null;
}

function termProblem(
  token: Extract<QueryToken, { kind: 'term' }>,
  field: QueryField | undefined,
  said: ReadonlySet<QueryField>,
): string | null {
  if (token.name === '') return `A name is missing before ${token.operator}, such as price${token.operator}.`;
  if (field === undefined) {
    const names = queryFields.map(({ names: [name] }) => name).join(', ');
    return `There is no "${token.name}". The names are ${names}.`;
  }
  const [name] = field.names;
  if (!field.operators.includes(token.operator)) {
    return `${name} is asked for with ${field.operators.join(' or ')}, such as ${field.example}.`;
  }
  if (token.value === '') return `A value is missing, such as ${field.example}.`;
  // A bound may be said twice: both hold. One thing can't be two.
  if (said.has(field) && field.operators.length === 1 && field.operators[0] === '=')
    return `${name} is said twice. Leave one out.`;
  return null;
}

const MINIMA = [
  'gpuCountMin',
  'vramBytesMin',
  'cpuThreadsMin',
  'memoryBytesMin',
  'diskFreeBytesMin',
  'cpuScoreMin',
  'storageScoreMin',
  'gpuScoreMin',
  'networkScoreMin',
  'pricePerformanceMin',
  'reliabilityPpmMin',
  'pricePerHourMin',
] as const satisfies readonly (keyof ListingFilter)[];
const MAXIMA = [
  'gpuCountMax',
  'pricePerHourMax',
  'pricePerGpuHourMax',
] as const satisfies readonly (keyof ListingFilter)[];

/** Both filters at once: of two bounds on the same thing the stricter one. */
function strictest(a: ListingFilter, b: ListingFilter): ListingFilter {
  const both: ListingFilter = { ...a, ...b };
  const keep = (key: keyof ListingFilter, isStricter: (x: number | bigint, y: number | bigint) => boolean): void => {
    const [x, y] = [a[key], b[key]];
    if (isBound(x) && isBound(y) && isStricter(x, y)) Object.assign(both, { [key]: x });
  };
  for (const key of MINIMA) keep(key, (x, y) => x > y);
  for (const key of MAXIMA) keep(key, (x, y) => x < y);
  return both;
}

function isBound(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function contradictionOf(filter: ListingFilter): string | null {
  const { gpuCountMax, gpuCountMin, pricePerHourMax, pricePerHourMin } = filter;
  const countMax = gpuCountMax ?? Infinity;
  if (countMax < 0) return 'Nothing has fewer than no GPUs.';
  if ((gpuCountMin ?? 0) > Math.min(countMax, 64)) return 'No number of GPUs meets this and what was said before.';
  if (pricePerHourMax !== undefined && pricePerHourMax < (pricePerHourMin ?? 0n)) {
    return 'No price meets this and what was said before.';
  }
  return null;
}
