import { accessModes, type AccessMode } from '@rsm/domain/machines/machine';
import type { DiskKind } from '@rsm/domain/machines/machine-facts';
import { fromLocalInput, toLocalInput } from '../../format/time.ts';
import { SOLD_SIZE_SHARE } from '@rsm/domain/listings/query/query-values';
import { QUERY_LENGTH_MAX } from '@rsm/domain/listings/query/query-tokens';
import { gibToBytes } from '../../format/size.ts';
import { ppmOfPercent } from '../../reliability/reliability-words.ts';
import { SCORE_STEP } from '../price-performance.ts';
import { NOW_STEP_MS, readQuery, toMarketFilter, type MarketFilter } from './market-query.ts';

export const searchedDiskKinds = ['nvme', 'ssd', 'hdd', 'virtual'] as const satisfies readonly DiskKind[];
export type SearchedDiskKind = (typeof searchedDiskKinds)[number];

/** What the market is filtered by, as it stands in the address: shareable, and kept by the back button. */
export interface MarketSearch {
  /** Free text and terms of the query language (docs/search.md). */
  readonly q?: string | undefined;
  readonly gpuModel?: string | undefined;
  readonly gpuCountMin?: number | undefined;
  readonly vramGibMin?: number | undefined;
  readonly cudaVersionMin?: string | undefined;
  readonly cpuThreadsMin?: number | undefined;
  readonly memoryGibMin?: number | undefined;
  readonly diskGibMin?: number | undefined;
  readonly diskKind?: SearchedDiskKind | undefined;
  readonly region?: string | undefined;
  readonly priceMax?: string | undefined;
  readonly pricePerGpuHourMax?: string | undefined;
  /** Price per hour for 1000 points of the CPU score. */
  readonly pricePerScoreMax?: string | undefined;
  readonly cpuScoreMin?: number | undefined;
  readonly storageScoreMin?: number | undefined;
  readonly gpuScoreMin?: number | undefined;
  readonly networkScoreMin?: number | undefined;
  readonly accessMode?: AccessMode | undefined;
  /** Per cent. */
  readonly reliabilityMin?: number | undefined;
  /** ISO 8601. */
  readonly freeFrom?: string | undefined;
  readonly freeHours?: number | undefined;
}

export const marketFields = [
  'q',
  'gpuModel',
  'gpuCountMin',
  'vramGibMin',
  'cudaVersionMin',
  'cpuThreadsMin',
  'memoryGibMin',
  'diskGibMin',
  'diskKind',
  'region',
  'priceMax',
  'pricePerGpuHourMax',
  'pricePerScoreMax',
  'cpuScoreMin',
  'storageScoreMin',
  'gpuScoreMin',
  'networkScoreMin',
  'accessMode',
  'reliabilityMin',
  'freeFrom',
  'freeHours',
] as const satisfies readonly (keyof MarketSearch)[];
export type MarketField = (typeof marketFields)[number];

/** What a person typed, letter by letter; it may not make sense yet. */
export type MarketDraft = Readonly<Record<MarketField, string>>;
export type MarketErrors = Readonly<Partial<Record<MarketField, string>>>;

const HOUR_MS = 3_600_000;
const FREE_HOURS_DEFAULT = 1;
/** The API looks at most 180 days far. */
const FREE_HOURS_MAX = 180 * 24;
/** The API's limit for points per currency unit. */
const POINTS_MAX = 1_000_000_000;

const EMPTY_DRAFT: MarketDraft = {
  q: '',
  gpuModel: '',
  gpuCountMin: '',
  vramGibMin: '',
  cudaVersionMin: '',
  cpuThreadsMin: '',
  memoryGibMin: '',
  diskGibMin: '',
  diskKind: '',
  region: '',
  priceMax: '',
  pricePerGpuHourMax: '',
  pricePerScoreMax: '',
  cpuScoreMin: '',
  storageScoreMin: '',
  gpuScoreMin: '',
  networkScoreMin: '',
  accessMode: '',
  reliabilityMin: '',
  freeFrom: '',
  freeHours: '',
};

/** What the fields show for an address. */
export function draftOf(search: MarketSearch): MarketDraft {
  const draft = { ...EMPTY_DRAFT };
  for (const field of marketFields) {
    const value = search[field];
    if (value !== undefined) draft[field] = String(value);
  }
  if (search.freeFrom !== undefined) {
    const from = new Date(search.freeFrom);
    draft.freeFrom = Number.isNaN(from.getTime()) ? '' : toLocalInput(from);
  }
  return draft;
}

/** What the fields mean. A field that does not make sense filters nothing and says why. */
export function searchOf(draft: MarketDraft): { readonly search: MarketSearch; readonly errors: MarketErrors } {
  const errors: Partial<Record<MarketField, string>> = {};
  const text = (field: MarketField, lengthMax: number): string | undefined => {
    const value = draft[field].trim();
    if (value.length <= lengthMax) return value === '' ? undefined : value;
    errors[field] = `At most ${String(lengthMax)} characters.`;
    return undefined;
  };
  const matching = (field: MarketField, pattern: RegExp, sentence: string): string | undefined => {
    const value = draft[field].trim().replace(',', '.');
    if (value === '') return undefined;
    if (pattern.test(value)) return value;
    errors[field] = sentence;
    return undefined;
  };
  const number = (field: MarketField, max: number, whole: boolean): number | undefined => {
    const value = draft[field].trim().replace(',', '.');
    if (value === '') return undefined;
    const parsed = Number(value);
    const fits = Number.isFinite(parsed) && parsed > 0 && parsed <= max && (!whole || Number.isInteger(parsed));
    if (fits) return parsed;
    errors[field] =
      `Enter a ${whole ? 'whole ' : ''}number above 0, at most ${max.toLocaleString('en-US').replaceAll(',', ' ')}.`;
    return undefined;
  };
  const money = (field: MarketField): string | undefined =>
    matching(field, /^\d{1,12}(?:\.\d{1,6})?$/, 'Enter an amount such as 1.50.');
  const from = fromLocalInput(draft.freeFrom);
  const search: MarketSearch = {
    q: text('q', QUERY_LENGTH_MAX),
    gpuModel: text('gpuModel', 100),
    gpuCountMin: number('gpuCountMin', 64, true),
    vramGibMin: number('vramGibMin', 100_000, false),
    cudaVersionMin: withMinor(matching('cudaVersionMin', /^\d{1,3}(?:\.\d{1,3})?$/, 'Enter a version such as 12.4.')),
    cpuThreadsMin: number('cpuThreadsMin', 100_000, true),
    memoryGibMin: number('memoryGibMin', 1_000_000, false),
    diskGibMin: number('diskGibMin', 1_000_000, false),
    diskKind: searchedDiskKinds.find((kind) => kind === draft.diskKind),
    region: text('region', 60),
    priceMax: money('priceMax'),
    pricePerGpuHourMax: money('pricePerGpuHourMax'),
    pricePerScoreMax: money('pricePerScoreMax'),
    cpuScoreMin: number('cpuScoreMin', 1_000_000_000, true),
    storageScoreMin: number('storageScoreMin', 1_000_000_000, true),
    gpuScoreMin: number('gpuScoreMin', 1_000_000_000, true),
    networkScoreMin: number('networkScoreMin', 1_000_000_000, true),
    accessMode: accessModes.find((mode) => mode === draft.accessMode),
    reliabilityMin: number('reliabilityMin', 100, false),
    freeFrom: from === null ? undefined : from.toISOString(),
    freeHours: number('freeHours', FREE_HOURS_MAX, false),
  };
  return { search, errors };
}

/** `12` means `12.0`: the API takes both numbers only. */
function withMinor(version: string | undefined): string | undefined {
  return version === undefined || version.includes('.') ? version : `${version}.0`;
}

/** The window that must be free: from now where no start is said, for an hour where no length is. */
export function freeWindowOf(
  search: Pick<MarketSearch, 'freeFrom' | 'freeHours'>,
  nowMs: number,
): { readonly start: Date; readonly end: Date } | null {
  if (search.freeFrom === undefined && search.freeHours === undefined) return null;
  const nowStep = Math.floor(nowMs / NOW_STEP_MS) * NOW_STEP_MS;
  const wished = search.freeFrom === undefined ? nowStep : new Date(search.freeFrom).getTime();
  const start = Number.isNaN(wished) ? nowStep : Math.max(wished, nowStep);
  return {
    start: new Date(start),
    end: new Date(start + Math.round((search.freeHours ?? FREE_HOURS_DEFAULT) * HOUR_MS)),
  };
}

/** The API's filter for an address. */
export function filterOf(search: MarketSearch, nowMs: number): MarketFilter {
  const sold = (gib: number | undefined): number | undefined =>
    gib === undefined ? undefined : Math.floor(gibToBytes(gib) * SOLD_SIZE_SHARE);
  const freeDuring = freeWindowOf(search, nowMs);
  return withoutUndefined({
    gpuModel: search.gpuModel,
    gpuCountMin: search.gpuCountMin,
    vramBytesMin: sold(search.vramGibMin),
    cudaVersionMin: search.cudaVersionMin,
    cpuThreadsMin: search.cpuThreadsMin,
    memoryBytesMin: sold(search.memoryGibMin),
    diskFreeBytesMin: search.diskGibMin === undefined ? undefined : gibToBytes(search.diskGibMin),
    diskKind: search.diskKind,
    region: search.region,
    pricePerHourMax: search.priceMax,
    pricePerGpuHourMax: search.pricePerGpuHourMax,
    cpuScoreMin: search.cpuScoreMin,
    storageScoreMin: search.storageScoreMin,
    gpuScoreMin: search.gpuScoreMin,
    networkScoreMin: search.networkScoreMin,
    pricePerformanceMin: pointsPerUnit(search.pricePerScoreMax),
    accessMode: search.accessMode,
    reliabilityPpmMin: search.reliabilityMin === undefined ? undefined : ppmOfPercent(search.reliabilityMin),
    freeDuring: freeDuring ?? undefined,
    // What is typed as a term counts before what the field beside it says.
    ...toMarketFilter(readQuery(search.q ?? '', nowMs)),
  });
}

/** The API asks the other way round: how many points an hour's currency unit buys. A price of nothing asks for nothing. */
function pointsPerUnit(pricePerScore: string | undefined): number | undefined {
  const price = Number(pricePerScore ?? 0);
  return price > 0 ? Math.min(SCORE_STEP / price, POINTS_MAX) : undefined;
}

function withoutUndefined<Value extends object>(value: Value): Value {
  const copy = { ...value };
  for (const key of Object.keys(copy)) {
    if (Reflect.get(copy, key) === undefined) Reflect.deleteProperty(copy, key);
  }
  return copy;
}

/** One thing that narrows the result down. A window is one, although it has two fields. */
export interface ActiveFilter {
  readonly fields: readonly MarketField[];
  readonly label: string;
}

/** What narrows the result down, in the order of the form. */
export function activeFilters(
  search: MarketSearch,
  words: {
    readonly accessMode: (mode: AccessMode) => string;
    readonly diskKind: (kind: SearchedDiskKind) => string;
    readonly money: (amount: string) => string;
    readonly time: (iso: string) => string;
  },
): readonly ActiveFilter[] {
  const active: ActiveFilter[] = [];
  const add = <Value>(
    field: keyof MarketSearch & MarketField,
    value: Value | undefined,
    label: (v: Value) => string,
  ) => {
    if (value !== undefined) active.push({ fields: [field], label: label(value) });
  };
  add('q', search.q, (q) => `“${q}”`);
  add('gpuModel', search.gpuModel, (model) => `GPU ${model}`);
  add('gpuCountMin', search.gpuCountMin, (count) => `at least ${String(count)} ${count === 1 ? 'GPU' : 'GPUs'}`);
  add('vramGibMin', search.vramGibMin, (gib) => `VRAM from ${String(gib)} GiB`);
  add('cudaVersionMin', search.cudaVersionMin, (version) => `CUDA from ${version}`);
  add('cpuThreadsMin', search.cpuThreadsMin, (count) => `CPU threads from ${String(count)}`);
  add('memoryGibMin', search.memoryGibMin, (gib) => `memory from ${String(gib)} GiB`);
  add('diskGibMin', search.diskGibMin, (gib) => `free disk from ${String(gib)} GiB`);
  add('diskKind', search.diskKind, words.diskKind);
  add('region', search.region, (region) => `region ${region}`);
  add('priceMax', search.priceMax, (price) => `up to ${words.money(price)} per hour`);
  add('pricePerGpuHourMax', search.pricePerGpuHourMax, (price) => `up to ${words.money(price)} per GPU-hour`);
  add('pricePerScoreMax', search.pricePerScoreMax, (price) => `up to ${words.money(price)} per 1000 CPU points`);
  add('cpuScoreMin', search.cpuScoreMin, (score) => `CPU score from ${String(score)}`);
  add('storageScoreMin', search.storageScoreMin, (score) => `storage score from ${String(score)}`);
  add('gpuScoreMin', search.gpuScoreMin, (score) => `GPU score from ${String(score)}`);
  add('networkScoreMin', search.networkScoreMin, (score) => `network score from ${String(score)}`);
  add('accessMode', search.accessMode, words.accessMode);
  add('reliabilityMin', search.reliabilityMin, (value) => `reliability from ${String(value)} %`);
  if (search.freeFrom !== undefined || search.freeHours !== undefined) {
    const from = search.freeFrom === undefined ? 'now' : words.time(search.freeFrom);
    active.push({
      fields: ['freeFrom', 'freeHours'],
      label: `free from ${from} for ${String(search.freeHours ?? FREE_HOURS_DEFAULT)} h`,
    });
  }
  return active;
}

/** The same search without some of its filters. */
export function withoutFields(search: MarketSearch, fields: readonly MarketField[]): MarketSearch {
  const rest: MarketSearch = { ...search };
  for (const field of fields) Reflect.deleteProperty(rest, field);
  return rest;
}

/** Whether two addresses filter the same. */
export function sameSearch(a: MarketSearch, b: MarketSearch): boolean {
  return marketFields.every((field) => a[field] === b[field]);
}
