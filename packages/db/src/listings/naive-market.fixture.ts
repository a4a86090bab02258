import type { ListingFilter, ListingSort } from '@rsm/domain/listings/listing-repository';
import type { Knex } from 'knex';

/** The rows as they lie in the product's own tables: listing and machine in one, times as milliseconds. */
export type NaiveRow = {
  readonly id: string;
  readonly unit_id: string;
  readonly title: string;
  readonly price: bigint;
  readonly created: number;
  readonly region: string;
  readonly access: string;
  readonly cpu_model: string | null;
  readonly gpu_model: string | null;
  readonly gpus: number;
  readonly vram: bigint | null;
  readonly threads: number | null;
  readonly memory: bigint | null;
  readonly disk: bigint | null;
  readonly disk_kind: string | null;
  readonly cuda: number | null;
  readonly cpu: number | null;
  readonly storage: number | null;
  readonly gpu: number | null;
  readonly network: number | null;
  readonly ppm: number | null;
};

export type NaiveTaken = { readonly unit_id: string; readonly from: number; readonly to: number };

/** Reads the whole market without the tables that searches read. */
export async function readNaiveMarket(
  owner: Knex,
): Promise<{ readonly rows: readonly NaiveRow[]; readonly taken: readonly NaiveTaken[] }> {
  const listed = await owner.raw<{ rows: NaiveRow[] }>(`
    SELECT l.id, l.unit_id, l.title, l.price_per_hour_micros AS price, (extract(epoch FROM l.created_at) * 1000)::float8 AS created,
      m.declared_region AS region, m.access_mode AS access, m.cpu_model, m.gpu_model, m.gpu_count AS gpus, m.vram_bytes AS vram,
      m.cpu_threads AS threads, m.memory_bytes AS memory, m.disk_free_bytes AS disk, m.disk_kind, m.cuda_version_number AS cuda,
      m.cpu_score AS cpu, m.storage_score AS storage, m.gpu_score AS gpu, m.network_score AS network, m.reliability_ppm AS ppm
    FROM listings l, machines m
    WHERE l.machine_id = m.id AND l.status = 'active' AND l.visibility = 'public' AND m.status = 'verified'
      AND m.reachability = 'reachable'`);
  const taken = await owner.raw<{ rows: NaiveTaken[] }>(`
    SELECT unit_id, (extract(epoch FROM lower(during)) * 1000)::float8 AS from,
      (extract(epoch FROM upper(during)) * 1000)::float8 AS to FROM occupancies WHERE live`);
  return { rows: listed.rows, taken: taken.rows };
}

/** What a search finds, worked out row by row in the plainest way. It shares nothing with the search. */
export function naiveSearch(
  market: { readonly rows: readonly NaiveRow[]; readonly taken: readonly NaiveTaken[] },
  filter: ListingFilter,
  sort: ListingSort,
): readonly string[] {
  return market.rows
    .filter((row) => isFound(row, filter))
    .filter(({ unit_id }) => {
      const window = filter.freeDuring;
      if (window === undefined) return true;
      return !market.taken.some((one) => one.unit_id === unit_id && one.from < window.end && one.to > window.start);
    })
    .toSorted((a, b) => {
      const [x, y] = [rankOf(a, sort), rankOf(b, sort)];
      const byId = a.id < b.id ? -1 : 1;
      const upwards = sort === 'price_ascending' || sort === 'price_per_score_ascending';
      return (upwards ? 1 : -1) * (x === y ? byId : x < y ? -1 : 1);
    })
    .map(({ id }) => id);
}

function isFound(row: NaiveRow, filter: ListingFilter): boolean {
  const least = (value: number | bigint | null, min: number | undefined): boolean =>
    min === undefined || (value !== null && Number(value) >= min);
  const scorePerUnit = row.cpu === null ? null : row.cpu / (Number(row.price) / 1_000_000);
  const said = words([row.title, row.cpu_model ?? '', row.gpu_model ?? '', row.region].join(' '));
  const all = [...said, letters(row.cpu_model ?? ''), letters(row.gpu_model ?? '')];
  return (
    [filter.text, filter.gpuModel, filter.region].every((text) => text === undefined || letters(text) !== '') &&
    words(filter.text ?? '').every((word) => all.some((one) => one.includes(word))) &&
    (filter.gpuModel === undefined || hasModel(row.gpu_model ?? '', filter.gpuModel)) &&
    least(row.gpus, filter.gpuCountMin) &&
    row.gpus <= (filter.gpuCountMax ?? Infinity) &&
    least(row.vram, filter.vramBytesMin) &&
    least(row.threads, filter.cpuThreadsMin) &&
    least(row.memory, filter.memoryBytesMin) &&
    least(row.disk, filter.diskFreeBytesMin) &&
    (filter.diskKind === undefined || row.disk_kind === filter.diskKind) &&
    least(
      row.cuda,
      filter.cudaVersionMin === undefined ? undefined : Number(filter.cudaVersionMin.split('.')[0]) * 1_000,
    ) &&
    (filter.region === undefined || ` ${words(row.region).join(' ')}`.includes(` ${words(filter.region).join(' ')}`)) &&
    row.price >= (filter.pricePerHourMin ?? 0n) &&
    (filter.pricePerHourMax === undefined || row.price <= filter.pricePerHourMax) &&
    (filter.pricePerGpuHourMax === undefined ||
      (row.gpus > 0 && Number(row.price) / row.gpus <= Number(filter.pricePerGpuHourMax))) &&
    least(row.cpu, filter.cpuScoreMin) &&
    least(row.storage, filter.storageScoreMin) &&
    least(row.gpu, filter.gpuScoreMin) &&
    least(row.network, filter.networkScoreMin) &&
    least(scorePerUnit, filter.pricePerformanceMin) &&
    (filter.accessMode === undefined || row.access === filter.accessMode) &&
    least(row.ppm, filter.reliabilityPpmMin)
  );
}

function rankOf(row: NaiveRow, sort: ListingSort): number | bigint {
  if (sort === 'price_ascending') return row.price;
  if (sort === 'score_descending') return row.cpu ?? 0;
  if (sort === 'price_per_score_ascending') {
    return row.cpu === null || row.cpu === 0 ? 999_999_999_999_999_999n : (row.price * 1_000n) / BigInt(row.cpu);
  }
  if (sort === 'gpu_score_descending') return row.gpu ?? 0;
  if (sort === 'network_score_descending') return row.network ?? 0;
  return sort === 'reliability_descending' ? (row.ppm ?? -1) : row.created;
}

const words = (text: string): readonly string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
const letters = (text: string): string => words(text).join('');

/** Whether the model stands in the text: signs only count between two numbers, and a number counts whole. */
function hasModel(text: string, model: string): boolean {
  const pieces = (said: string): readonly string[] => said.toLowerCase().match(/[a-z]+|[0-9]+/g) ?? [];
  const [all, wanted] = [pieces(text), pieces(model)];
  const fits = (piece: string, want: string, place: 'first' | 'last' | 'only' | 'inner'): boolean => {
    if (/^[0-9]/.test(want) || place === 'inner') return piece === want;
    if (place === 'only') return piece.includes(want);
    return place === 'first' ? piece.endsWith(want) : piece.startsWith(want);
  };
  return all.some((_, from) =>
    wanted.every((want, n) => {
      const piece = all[from + n];
      const place = wanted.length === 1 ? 'only' : n === 0 ? 'first' : n === wanted.length - 1 ? 'last' : 'inner';
      return piece !== undefined && fits(piece, want, place);
    }),
  );
}
