import type { AmountMicros } from '../../common/money.ts';
import { amountMicros } from '../../common/money.ts';
import { accessModes, type AccessMode } from '../../machines/machine.ts';
import type { DiskKind } from '../../machines/machine-facts.ts';
import { CUDA_VERSION_FORM } from '../../machines/cuda-version.ts';
import { RELIABILITY_WHOLE_PPM } from '../../reliability/reliability.ts';
import type { ListingFilter, ListingSort } from '../listing-repository.ts';
import type { QueryOperator } from './query-tokens.ts';
import {
  readBytes,
  readDecimal,
  readMoney,
  readPercentPpm,
  readWhole,
  readWindow,
  SOLD_SIZE_SHARE,
  type QueryTimes,
  type ReadValue,
} from './query-values.ts';

/** What one term asks for. */
export type QueryWish = { readonly filter: ListingFilter } | { readonly sort: ListingSort };

/** A name that can be asked for. */
export interface QueryField {
  readonly names: readonly [string, ...string[]];
  readonly operators: readonly QueryOperator[];
  readonly help: string;
  /** A whole term that works, for help and completion. */
  readonly example: string;
  /** Values to choose from, when they are known before. */
  readonly values?: readonly string[];
  readonly read: (value: string, operator: QueryOperator, times: QueryTimes) => ReadValue<QueryWish>;
}

const AT_LEAST = ['>=', '>'] as const satisfies readonly QueryOperator[];
const BOTH = ['>=', '<=', '=', '>', '<'] as const satisfies readonly QueryOperator[];
const IS = ['='] as const satisfies readonly QueryOperator[];

// The limits of the API's own filter.
const TEXT_MAX = 100;
const REGION_MAX = 60;
const GPUS_MAX = 64;
const THREADS_MAX = 100_000;
const SCORE_MAX = 1_000_000_000;

const sortWords: Readonly<Record<string, ListingSort>> = {
  price: 'price_ascending',
  score: 'score_descending',
  value: 'price_per_score_ascending',
  gpuscore: 'gpu_score_descending',
  network: 'network_score_descending',
  uptime: 'reliability_descending',
  newest: 'newest',
};
const accessWords: Readonly<Record<string, AccessMode>> = { account: 'unix_user', container: 'container' };
const searchedDiskKinds = ['nvme', 'ssd', 'hdd', 'virtual'] as const satisfies readonly DiskKind[];

type Key = keyof ListingFilter;

function mapped<Value, Wish>(read: ReadValue<Value>, wish: (value: Value) => Wish): ReadValue<Wish> {
  return 'problem' in read ? read : { value: wish(read.value) };
}

const filterOf = (key: Key, value: unknown): QueryWish => ({ filter: { [key]: value } });

/** `>` of whole units is "at least one more". */
function atLeast(key: Key, read: (value: string) => ReadValue<number>): QueryField['read'] {
  return (value, operator) => mapped(read(value), (min) => filterOf(key, operator === '>' ? min + 1 : min));
}

function text(key: Key, max: number): QueryField['read'] {
  return (value) => {
    if (!/[\p{L}\p{N}]/u.test(value)) return { problem: 'Write at least one letter or digit.' };
    if (/\p{C}/u.test(value)) return { problem: 'This holds a character that nobody can see. Leave it out.' };
    if (value.length > max) return { problem: `Write at most ${String(max)} characters.` };
    return { value: filterOf(key, value) };
  };
}

function oneOf<Value>(choices: Readonly<Record<string, Value>>, wish: (value: Value) => QueryWish): QueryField['read'] {
  return (value) => {
    const word = value.toLowerCase();
    const choice = Object.hasOwn(choices, word) ? choices[word] : undefined;
    if (choice === undefined) return { problem: `Write one of ${Object.keys(choices).join(', ')}.` };
    return { value: wish(choice) };
  };
}

function readGpus(value: string, operator: QueryOperator): ReadValue<QueryWish> {
  return mapped(readWhole(value, GPUS_MAX), (count): QueryWish => {
    if (operator === '=') return { filter: { gpuCountMin: count, gpuCountMax: count } };
    if (operator === '>=' || operator === '>') return { filter: { gpuCountMin: operator === '>' ? count + 1 : count } };
    return { filter: { gpuCountMax: operator === '<' ? count - 1 : count } };
  });
}

function readPrice(value: string, operator: QueryOperator): ReadValue<QueryWish> {
  const by = (amount: AmountMicros, micros: bigint): AmountMicros => amountMicros(amount + micros);
  return mapped(readMoney(value), (price): QueryWish => {
    if (operator === '=') return { filter: { pricePerHourMin: price, pricePerHourMax: price } };
    if (operator === '>=' || operator === '>')
      return { filter: { pricePerHourMin: by(price, operator === '>' ? 1n : 0n) } };
    return { filter: { pricePerHourMax: by(price, operator === '<' ? -1n : 0n) } };
  });
}

function readCuda(value: string): ReadValue<QueryWish> {
  const version = /^\d{1,3}$/.test(value) ? `${value}.0` : value;
  if (CUDA_VERSION_FORM.test(version)) return { value: { filter: { cudaVersionMin: version } } };
  return { problem: 'Write a version such as 12.4.' };
}

/** Everything that can be asked for, in the order in which it is offered. */
export const queryFields: readonly QueryField[] = [
  { names: ['gpu'], operators: IS, help: 'GPU model', example: 'gpu=RTX4090', read: text('gpuModel', TEXT_MAX) },
  { names: ['gpus'], operators: BOTH, help: 'Number of GPUs', example: 'gpus>=4', read: readGpus },
  {
    names: ['vram'],
    operators: AT_LEAST,
    help: 'Memory of each GPU, as sold',
    example: 'vram>=24',
    read: atLeast('vramBytesMin', (value) => readBytes(value, SOLD_SIZE_SHARE)),
  },
  { names: ['cuda'], operators: ['>='], help: 'CUDA version', example: 'cuda>=12.4', read: readCuda },
  {
    names: ['threads', 'cpus'],
    operators: AT_LEAST,
    help: 'CPU threads',
    example: 'threads>=16',
    read: atLeast('cpuThreadsMin', (value) => readWhole(value, THREADS_MAX - 1)),
  },
  {
    names: ['memory', 'ram'],
    operators: AT_LEAST,
    help: 'Main memory, as sold',
    example: 'memory>=64',
    read: atLeast('memoryBytesMin', (value) => readBytes(value, SOLD_SIZE_SHARE)),
  },
  {
    names: ['disk'],
    operators: AT_LEAST,
    help: 'Free space of the roomiest disk',
    example: 'disk>=500',
    read: atLeast('diskFreeBytesMin', (value) => readBytes(value, 1)),
  },
  {
    names: ['diskkind'],
    operators: IS,
    help: 'Kind of the roomiest disk',
    example: 'diskkind=nvme',
    values: searchedDiskKinds,
    read: oneOf(Object.fromEntries(searchedDiskKinds.map((kind) => [kind, kind])), (kind) =>
      filterOf('diskKind', kind),
    ),
  },
  {
    names: ['region'],
    operators: IS,
    help: 'Start of a word of the region',
    example: 'region=eu',
    read: text('region', REGION_MAX),
  },
  { names: ['price'], operators: BOTH, help: 'Price per hour', example: 'price<2.50', read: readPrice },
  {
    names: ['gpuprice'],
    operators: ['<='],
    help: 'Price per hour and GPU',
    example: 'gpuprice<=0.80',
    read: (value) => mapped(readMoney(value), (max) => filterOf('pricePerGpuHourMax', max)),
  },
  {
    names: ['value'],
    operators: ['>='],
    help: 'Points of the CPU score for 1.00 an hour',
    example: 'value>=500',
    read: (value) => mapped(readDecimal(value, SCORE_MAX), (min) => filterOf('pricePerformanceMin', min)),
  },
  {
    names: ['score'],
    operators: AT_LEAST,
    help: 'Measured CPU score; the reference machine has 1000',
    example: 'score>=1000',
    read: atLeast('cpuScoreMin', (value) => readWhole(value, SCORE_MAX - 1)),
  },
  {
    names: ['storage'],
    operators: AT_LEAST,
    help: 'Measured storage score',
    example: 'storage>=1000',
    read: atLeast('storageScoreMin', (value) => readWhole(value, SCORE_MAX - 1)),
  },
  {
    names: ['gpuscore', 'gpu_score'],
    operators: AT_LEAST,
    help: 'Measured GPU score',
    example: 'gpuscore>=1000',
    read: atLeast('gpuScoreMin', (value) => readWhole(value, SCORE_MAX - 1)),
  },
  {
    names: ['network', 'net'],
    operators: AT_LEAST,
    help: 'Measured network score, towards the marketplace',
    example: 'network>=1000',
    read: atLeast('networkScoreMin', (value) => readWhole(value, SCORE_MAX - 1)),
  },
  {
    names: ['uptime', 'reliability'],
    operators: AT_LEAST,
    help: 'Reliability over 180 days, in per cent',
    example: 'uptime>=99',
    read: (value, operator) => {
      const read = readPercentPpm(value);
      if ('value' in read && operator === '>' && read.value === RELIABILITY_WHOLE_PPM) {
        return { problem: 'Nothing is above 100. Write uptime>=100.' };
      }
      return mapped(read, (ppm) => filterOf('reliabilityPpmMin', operator === '>' ? ppm + 1 : ppm));
    },
  },
  {
    names: ['access'],
    operators: IS,
    help: 'Account without root, or container with root inside',
    example: 'access=container',
    values: Object.keys(accessWords),
    read: oneOf(accessWords, (mode) => {
      if (!accessModes.includes(mode)) throw new TypeError('An access word names a mode.');
      return filterOf('accessMode', mode);
    }),
  },
  {
    names: ['free'],
    operators: IS,
    help: 'Free from a start, for a length in m, h, d or w',
    example: 'free=now/3d',
    values: ['now/1h', 'now/1d', 'now/3d', 'now/1w'],
    read: (value, _operator, times) => mapped(readWindow(value, times), (range) => filterOf('freeDuring', range)),
  },
  {
    names: ['sort'],
    operators: IS,
    help: 'Order of the result',
    example: 'sort=value',
    values: Object.keys(sortWords),
    read: oneOf(sortWords, (sort) => ({ sort })),
  },
];

/** The field of a name, in any case. */
export function queryFieldOf(name: string): QueryField | undefined {
  const lower = name.toLowerCase();
  return queryFields.find(({ names }) => names.includes(lower));
}
