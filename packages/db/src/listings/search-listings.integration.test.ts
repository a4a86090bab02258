import { HOUR_MS, instant, plusMs } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { listingSorts, type ListingFilter, type ListingSort } from '@rsm/domain/listings/listing-repository';
import { machineFactsSchema, type DiskKind, type MachineFacts } from '@rsm/domain/machines/machine-facts';
import { beforeAll, describe, expect, test } from 'vitest';

import { down, up } from '../migrations/0013-market-columns.ts';
import { down as downSearch, up as upSearch } from '../migrations/0027-market-search.ts';
import { down as downScores, up as upScores } from '../migrations/0030-more-scores.ts';
import { makeListing, makeMachine, makeUser } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';
import { NO_MEANING, type FilterMeaning } from './look-up-filter.ts';
import { anywhereStatement, aheadStatement } from './search-statement.ts';
import { SEARCH_WAYS } from './search-ways.ts';

const fixture = useUnitOfWork();

interface Offer {
  readonly title: string;
  readonly region: string;
  readonly pricePerHour: bigint;
  readonly gpus: readonly { readonly model: string; readonly cuda: string | null }[] | null;
  readonly disks: readonly { readonly kind: DiskKind; readonly freeBytes: number }[] | null;
  readonly cpuScore: number | null;
  readonly storageScore?: number;
  readonly gpuScore?: number;
  readonly networkScore?: number;
  /** Millionths; absent while the machine is new. */
  readonly reliabilityPpm?: number;
}

/** Made so that every filter and every sort tells some of them apart, with ties. */
const offers: readonly Offer[] = [
  {
    title: 'eight',
    region: 'Oslo, NO',
    pricePerHour: 8_000_002n,
    gpus: Array.from({ length: 8 }, () => ({ model: 'H100', cuda: '12.10' })),
    disks: [{ kind: 'nvme', freeBytes: 9 }],
    cpuScore: 2_000,
    storageScore: 900,
    gpuScore: 1_600,
    networkScore: 0,
    reliabilityPpm: 950_000,
  },
  {
    title: 'mixed',
    region: 'Oslo, NO',
    pricePerHour: 4_000_000n,
    gpus: [
      { model: 'H100', cuda: '12.9' },
      { model: 'L4', cuda: '11.8' },
    ],
    disks: [
      { kind: 'nvme', freeBytes: 1 },
      { kind: 'hdd', freeBytes: 5 },
    ],
    cpuScore: 1_000,
    storageScore: 100,
    gpuScore: 800,
    networkScore: 1_200,
    reliabilityPpm: 1_000_000,
  },
  {
    title: 'old driver',
    region: 'Graz, AT',
    pricePerHour: 1_000_000n,
    gpus: [{ model: 'L4', cuda: null }],
    disks: [{ kind: 'ssd', freeBytes: 5 }],
    cpuScore: 250,
    reliabilityPpm: 0,
  },
  { title: 'no gpu', region: 'Graz, AT', pricePerHour: 500_000n, gpus: [], disks: null, cpuScore: null },
  { title: 'unread', region: 'Bern, CH', pricePerHour: 500_000n, gpus: null, disks: null, cpuScore: 0 },
];

function factsOf({ disks, gpus }: Offer): MachineFacts {
  return machineFactsSchema.parse({
    cpu: null,
    memory: null,
    disks:
      disks?.map((disk, n) => ({
        device: `d${String(n)}`,
        mountPoint: '/',
        fileSystem: 'ext4',
        sizeBytes: 10,
        ...disk,
      })) ?? null,
    gpus:
      gpus?.map(({ model, cuda }) => ({
        vendor: 'nvidia',
        model,
        uuid: null,
        vramBytes: null,
        driverVersion: null,
        cudaVersion: cuda,
        computeCapability: null,
        pcieGeneration: null,
        pcieWidth: null,
        powerLimitWatts: null,
        eccEnabled: null,
      })) ?? null,
    containerRuntime: null,
    kernel: null,
    virtualization: null,
    os: null,
    initSystem: null,
    sshdVersion: null,
    timeZone: null,
    unreadable: [],
    fingerprint: 'a'.repeat(64),
  });
}

beforeAll(async () => {
  const { clock, owner, uow } = fixture();
  const provider = makeUser(clock.now());
  await uow.run((tx) => tx.users.insertOrFind(provider));
  for (const [n, offer] of offers.entries()) {
    const facts = factsOf(offer);
    const declared = { declaredRegion: offer.region, facts, factsReadAt: clock.now() };
    const machine = makeMachine(provider, clock.now(), declared);
    const { title, pricePerHour } = offer;
    const terms = { title, pricePerHour: amountMicros(pricePerHour) };
    await uow.run(async (tx) => {
      await tx.machines.insert(machine);
      await tx.listings.insert(makeListing(machine, plusMs(clock.now(), n * HOUR_MS), terms));
    });
    await owner('machines')
      .where({ id: machine.id })
      .update({
        cpu_score: offer.cpuScore,
        storage_score: offer.storageScore ?? null,
        gpu_score: offer.gpuScore ?? null,
        network_score: offer.networkScore ?? null,
        reliability_ppm: offer.reliabilityPpm ?? null,
        reliability_at: new Date(clock.now()),
      });
  }
});

async function search(filter: ListingFilter, sort: ListingSort = 'newest') {
  return (await fixture().uow.reads.listings.search(filter, sort, { limit: 100, cursor: null })).items;
}

describe('a filter', () => {
  test.each<[ListingFilter, readonly string[]]>([
    [{ cudaVersionMin: '12.9' }, ['eight']],
    [{ cudaVersionMin: '11.8' }, ['eight', 'mixed']],
    [{ cudaVersionMin: '13.0' }, []],
    [{ diskKind: 'nvme' }, ['eight']],
    [{ diskKind: 'hdd' }, ['mixed']],
    [{ pricePerGpuHourMax: amountMicros(1_000_001n) }, ['eight', 'old driver']],
    [{ pricePerGpuHourMax: amountMicros(1_000_000n) }, ['old driver']],
    [{ pricePerGpuHourMax: amountMicros(0n) }, []],
    [{ storageScoreMin: 101 }, ['eight']],
    [{ storageScoreMin: 0 }, ['eight', 'mixed']],
    [{ gpuScoreMin: 801 }, ['eight']],
    [{ gpuScoreMin: 0 }, ['eight', 'mixed']],
    [{ networkScoreMin: 1 }, ['mixed']],
    [{ pricePerformanceMin: 250 }, ['mixed', 'old driver']],
    [{ pricePerformanceMin: 249.9 }, ['eight', 'mixed', 'old driver']],
    [{ reliabilityPpmMin: 950_000 }, ['eight', 'mixed']],
    [{ reliabilityPpmMin: 950_001 }, ['mixed']],
    // Even at nothing: who asks for a figure wants one.
    [{ reliabilityPpmMin: 0 }, ['eight', 'mixed', 'old driver']],
    [{ region: 'Graz, AT', cudaVersionMin: '1.0' }, []],
  ])('%o finds what it says', async (filter, titles) => {
    expect((await search(filter)).map((item) => item.title).toSorted()).toEqual(titles.toSorted());
  });
});

test('a row says what it is made of: the least CUDA version, the roomiest disk, the price of a GPU rounded up', async () => {
  const rows = new Map((await search({})).map((item) => [item.title, item]));
  expect(rows.get('eight')).toMatchObject({ cudaVersion: '12.10', diskKind: 'nvme', pricePerGpuHour: 1_000_001n });
  expect(rows.get('mixed')).toMatchObject({ cudaVersion: '11.8', diskKind: 'hdd', pricePerGpuHour: 2_000_000n });
  expect(rows.get('no gpu')).toMatchObject({ cudaVersion: null, diskKind: null, pricePerGpuHour: null });
  expect(rows.get('unread')).toMatchObject({ gpuModel: null, gpuCount: 0, reachability: 'reachable' });
});

test('the best price for a point comes first, and what was not measured last', async () => {
  const titles = (await search({}, 'price_per_score_ascending')).map((item) => item.title);
  expect(titles.slice(0, 3).toSorted()).toEqual(['eight', 'mixed', 'old driver']);
  // 4.000001 for a thousand points against 4.
  expect(titles[2]).toBe('eight');
  expect(titles.slice(3).toSorted()).toEqual(['no gpu', 'unread']);
});

test('the most reliable comes first, and what is too new for a figure after what has the worst', async () => {
  const titles = (await search({}, 'reliability_descending')).map((item) => item.title);
  expect(titles.slice(0, 3)).toEqual(['mixed', 'eight', 'old driver']);
  expect(titles.slice(3).toSorted()).toEqual(['no gpu', 'unread']);
});

test.each(listingSorts)('pages by %s show each listing once, in the order of the whole', async (sort) => {
  const all = (await search({}, sort)).map((item) => item.id);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await fixture().uow.reads.listings.search({}, sort, { limit: 1, cursor });
    seen.push(...page.items.map((item) => item.id));
    cursor = page.nextCursor;
  } while (cursor !== null && seen.length <= offers.length);
  expect(seen).toEqual(all);
  expect(all).toHaveLength(offers.length);
});

describe('a text', () => {
  test.each([
    ['oslo', ['eight', 'mixed']],
    // Letters that changed places, that are missing, that are wrong.
    ['olso', ['eight', 'mixed']],
    ['drivr', ['old driver']],
    ['H10O', ['eight', 'mixed']],
    ['mixed oslo', ['mixed']],
    ['mixed graz', []],
    ['zzzzzz', []],
    ['%', []],
    ["'; DROP TABLE listings; --", []],
  ])('“%s” finds what was meant', async (text, titles) => {
    expect((await search({ text })).map((item) => item.title).toSorted()).toEqual(titles);
  });
});

test.each([
  "'; DROP TABLE listings; --",
  '$1',
  '?',
  '(.*)+$',
  '[[:alpha:]]',
  String.raw`\%_'`,
  '\ud800',
  'İ',
  '9'.repeat(90),
])('hostile text “%s” is a value in every field that takes text, and nothing else', async (text) => {
  for (const filter of [{ text }, { gpuModel: text }, { region: text }]) {
    expect((await search(filter)).length).toBeLessThanOrEqual(offers.length);
    expect((await fixture().uow.reads.listings.facets(filter)).total).toBeLessThanOrEqual(offers.length);
  }
  expect(await search({})).toHaveLength(offers.length);
});

describe('a cursor', () => {
  const cursorOf = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url');
  const id = '019a0000-0000-7000-8000-000000000001';

  test.each([
    ['no text of ours', 'AAAA'],
    ['another sort', cursorOf(['score_descending', '5', id])],
    ['no number', cursorOf(['price_ascending', '5; DROP TABLE listings', id])],
    ['no id', cursorOf(['price_ascending', '5', 'x'])],
    ['one thing more', cursorOf(['price_ascending', '5', id, 1])],
  ])('with %s is refused', async (_what, cursor) => {
    const refused = fixture().uow.reads.listings.search({}, 'price_ascending', { limit: 5, cursor });
    await expect(refused).rejects.toMatchObject({ code: 'invalid_cursor', field: 'cursor' });
  });

  test.each(listingSorts)('far past the end of %s ends the list', async (sort) => {
    const key = sort === 'newest' ? 0 : sort.endsWith('ascending') ? '999999999999999999' : '-999999999999999999';
    const last = sort.endsWith('ascending') ? 'ffffffff-ffff-7fff-bfff-ffffffffffff' : id;
    const cursor = cursorOf([sort, key, last]);
    const page = await fixture().uow.reads.listings.search({}, sort, { limit: 5, cursor });
    expect(page).toEqual({ items: [], nextCursor: null });
  });
});

interface PlanNode {
  readonly 'Node Type'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}
const nodesOf = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

async function planOf(
  statement: typeof aheadStatement,
  filter: ListingFilter,
  meaning: FilterMeaning,
): Promise<readonly PlanNode[]> {
  const request = { limit: 5, cursor: null };
  const { sql, values } = statement({ filter, meaning, sort: 'price_ascending', request, ways: SEARCH_WAYS });
  const root = await fixture().owner.transaction(async (trx) => {
    // Five rows are read faster as they lie; a million are not.
    await trx.raw('SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off');
    const explained = await trx.raw<{ rows: { 'QUERY PLAN': { Plan: PlanNode }[] }[] }>(
      `EXPLAIN (FORMAT JSON) ${sql}`,
      values.map((value) => (Array.isArray(value) ? value : String(value))),
    );
    return explained.rows[0]?.['QUERY PLAN'][0]?.Plan ?? {};
  });
  return nodesOf(root);
}

/** What the plan reads for the first rows of a list by price. */
async function indexesOfFirstRows(filter: ListingFilter, meaning: FilterMeaning): Promise<readonly string[]> {
  const nodes = await planOf(aheadStatement, filter, meaning);
  // In order already: a sort would read all of them.
  expect(nodes.filter((node) => node['Node Type'] === 'Sort')).toEqual([]);
  return nodes.flatMap((node) => node['Index Name'] ?? []);
}

test.each([
  [1, 'market_listings_price_idx'],
  [2, 'market_listings_price_of_2_gpus_idx'],
  [3, 'market_listings_price_of_2_gpus_idx'],
  [4, 'market_listings_price_of_4_gpus_idx'],
  [9, 'market_listings_price_of_8_gpus_idx'],
])('the first rows of a list by price of machines with at least %i GPUs come from %s', async (gpuCountMin, index) => {
  expect(await indexesOfFirstRows({ gpuCountMin }, NO_MEANING)).toEqual([index]);
});

test('the first rows of a list by price of a model come in order from the stretches of its kinds', async () => {
  const gpuKinds = [
    { key: 'h100', count: 2 },
    { key: 'h100', count: 8 },
  ];
  const index = 'market_listings_gpu_kind_idx';
  expect(await indexesOfFirstRows({ gpuModel: 'H100' }, { ...NO_MEANING, gpuKinds })).toEqual([index, index]);
});

test('typed words are looked up whole', async () => {
  const words = [{ typed: 'h100', words: ['h100'], whole: ['h100', 'nvidiah100'] }];
  const nodes = await planOf(anywhereStatement, { text: 'h100' }, { ...NO_MEANING, words });
  expect(nodes.map((node) => node['Index Name'])).toContain('market_listings_whole_words_idx');
});

test('a model in a region is looked up by both', async () => {
  const meaning = { ...NO_MEANING, gpuKinds: [{ key: 'h100', count: 8 }], regionKeys: [' oslo no', ' graz at'] };
  const nodes = await planOf(anywhereStatement, { gpuModel: 'H100', region: 'oslo' }, meaning);
  const few = nodes.find((node) => node['Index Name'] === 'market_listings_region_idx');
  expect(few?.['Index Cond']).toMatch(/region_key = ANY .*gpu_key = ANY/);
});

test('filters that contradict each other find nothing', async () => {
  expect(await search({ gpuCountMin: 3, gpuCountMax: 2 })).toEqual([]);
  expect(await search({ pricePerHourMin: amountMicros(2n), pricePerHourMax: amountMicros(1n) })).toEqual([]);
  expect(await search({ gpuCountMax: 0, vramBytesMin: 1 })).toEqual([]);
});

test('a search that takes too long is ended and says so, and the next one is answered', async () => {
  const { owner, uow } = fixture();
  // Whoever holds the table stands for a search that does not end.
  await owner.transaction(async (holder) => {
    await holder.raw('LOCK TABLE market_listings IN ACCESS EXCLUSIVE MODE');
    const late = uow.reads.listings.search({ text: 'h100' }, 'newest', { limit: 5, cursor: null });
    await expect(late).rejects.toMatchObject({ code: 'busy', field: 'filter' });
  });
  expect(await search({})).toHaveLength(offers.length);
});

describe('the messages of a search', () => {
  const page = { limit: 1, cursor: null };
  const messagesOf = async (filter: ListingFilter): Promise<readonly string[]> => {
    const { knex, uow } = fixture();
    const sent: string[] = [];
    const record = ({ sql }: { readonly sql: string }): void => void sent.push(sql.trim().split(/\s/, 1)[0] ?? '');
    knex.on('query', record);
    try {
      await uow.reads.listings.search(filter, 'price_ascending', page);
      // Nobody waits for the end of its transaction, which may be sent later.
      return sent.filter((word) => word !== 'ROLLBACK');
    } finally {
      knex.off('query', record);
    }
  };

  test.each<[string, ListingFilter]>([
    ['nothing', {}],
    ['a number of GPUs', { gpuCountMin: 1 }],
    ['free time', { freeDuring: { start: instant(0), end: instant(HOUR_MS) } }],
  ])('that asks for %s and finds its page in the first rows are one', async (_, filter) => {
    expect(await messagesOf(filter)).toEqual(['SELECT']);
  });

  test('that looks up a model are one more', async () => {
    expect(await messagesOf({ gpuModel: 'H100' })).toEqual(['WITH', 'SELECT']);
  });

  test('that looks up a region are one more, and the only one where there is no such region', async () => {
    expect(await messagesOf({ region: 'oslo' })).toEqual(['WITH', 'SELECT']);
    expect(await messagesOf({ region: 'atlantis' })).toEqual(['WITH']);
    expect(await messagesOf({ region: '%' })).toEqual(['WITH']);
  });

  test('that has to ask the whole market come within its limits, and so do those of a text', async () => {
    expect(await messagesOf({ gpuCountMin: 8 })).toEqual(['SELECT', 'BEGIN', 'WITH']);
    expect(await messagesOf({ text: 'h100' })).toEqual(['BEGIN', 'SELECT', 'SELECT']);
  });
});

test('facets count the market alone, the most common first', async () => {
  const { clock, uow } = fixture();
  const { listings } = uow.reads;
  expect(await listings.facets({})).toEqual({
    regions: [
      { value: 'Graz, AT', count: 2 },
      { value: 'Oslo, NO', count: 2 },
      { value: 'Bern, CH', count: 1 },
    ],
    gpuModels: [
      { value: 'H100', count: 2 },
      { value: 'L4', count: 1 },
    ],
    total: 5,
    isPart: false,
  });
  expect(await listings.facets({ text: 'oslo', gpuCountMin: 8 })).toEqual({
    regions: [{ value: 'Oslo, NO', count: 1 }],
    gpuModels: [{ value: 'H100', count: 1 }],
    total: 1,
    isPart: false,
  });
  const [hidden] = await search({ text: 'unread' });
  if (hidden === undefined) throw new Error('It is on the market.');
  await uow.run((tx) => tx.machines.setReachability(hidden.machineId, 'unreachable', clock.now()));
  expect((await listings.facets({})).regions.map(({ value }) => value)).not.toContain('Bern, CH');
  await uow.run((tx) => tx.machines.setReachability(hidden.machineId, 'reachable', clock.now()));
});

test('the migration fills the columns of machines that were read before it', async () => {
  const { owner } = fixture();
  const columns = async (): Promise<unknown> =>
    owner('machines').select('id', 'cuda_version', 'cuda_version_number', 'disk_kind').orderBy('id');
  const before = await columns();
  await downScores(owner);
  await downSearch(owner);
  await down(owner);
  await up(owner);
  await upSearch(owner);
  await upScores(owner);
  expect(await columns()).toEqual(before);
  expect(
    JSON.stringify(before, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  ).toContain('12.10');
});
