import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs, type Instant } from '@rsm/domain/common/instant';
import { newId, occupancyIdSchema } from '@rsm/domain/common/ids';
import { amountMicros } from '@rsm/domain/common/money';
import { listingSorts, type ListingFilter, type ListingSort } from '@rsm/domain/listings/listing-repository';
import type { Machine } from '@rsm/domain/machines/machine';
import { beforeAll, expect, test } from 'vitest';

import { Session } from '../common/session.ts';
import { makeBlock, makeListing, makeMachine, makeUser, testIds } from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';
import { searchListings } from './search-listings.ts';
import { SEARCH_WAYS } from './search-ways.ts';
import { naiveSearch, readNaiveMarket } from './naive-market.fixture.ts';

/**
 * The search against the plainest one that there can be, on a small market that changes all the time: bookings come and go,
 * prices move, machines fall silent. `RSM_TEST_SEED` replays a run.
 */
const MACHINES = 60;
const CASES = process.env['RSM_TEST_DEPTH'] === 'deep' ? 10_000 : 120;
const SEED = Number(process.env['RSM_TEST_SEED'] ?? Date.now() % 1_000_000);
const PAGES_MAX = 100;

const fixture = useUnitOfWork();
const chance = randomOf(SEED);

/** A small generator of its own (mulberry32), so that one number replays everything. */
function randomOf(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (max: number): number => Math.floor(next() * max);
  return {
    below,
    maybe: (share: number): boolean => next() < share,
    of: <Value>(values: readonly Value[]): Value => {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error('Nothing to choose from.');
      return value;
    },
  };
}

const GPUS = ['NVIDIA GeForce RTX 4090', 'NVIDIA L4', 'NVIDIA L40S', 'NVIDIA H100 80GB HBM3', 'NVIDIA RTX A1000', null];
const REGIONS = ['eu-central, Frankfurt DE', 'eu-north, Oslo NO', 'us-east, Ashburn', 'Neuss', 'asia, Tokyo JP'];
const TITLES = ['Quiet tower', 'Big eight', 'Night-shift rig', 'quiet & cheap'];
const machines: Machine[] = [];

beforeAll(async () => {
  const { clock, owner, uow } = fixture();
  const provider = makeUser(clock.now());
  await uow.run(async (tx) => {
    await tx.users.insertOrFind(provider);
    for (let n = 0; n < MACHINES; n += 1) {
      const accessMode = chance.of(['unix_user', 'container'] as const);
      const machine = makeMachine(provider, clock.now(), { declaredRegion: chance.of(REGIONS), accessMode });
      const terms = { title: chance.of(TITLES), pricePerHour: amountMicros(BigInt((1 + chance.below(8)) * 500_000)) };
      await tx.machines.insert(machine);
      await tx.listings.insert(makeListing(machine, plusMs(clock.now(), chance.below(9) * HOUR_MS), terms));
      machines.push(machine);
    }
  });
  for (const { id } of machines) {
    const gpu = chance.of(GPUS);
    const cuda = gpu === null || chance.maybe(0.2) ? null : chance.of([11, 12]);
    await owner('machines')
      .where({ id })
      .update({
        cpu_model: chance.of(['AMD EPYC 7763', 'Intel Xeon Gold 6338', null]),
        cpu_threads: chance.of([null, 8, 64, 128]),
        memory_bytes: chance.of([null, '64000000000', '256000000000']),
        disk_free_bytes: chance.of([null, '1000000000', '9000000000']),
        disk_kind: chance.of(['nvme', 'ssd', null]),
        gpu_model: gpu,
        gpu_count: gpu === null ? 0 : chance.of([1, 2, 8]),
        vram_bytes: gpu === null ? null : chance.of(['24000000000', '80000000000']),
        cuda_version: cuda === null ? null : `${String(cuda)}.0`,
        cuda_version_number: cuda === null ? null : cuda * 1_000,
        cpu_score: chance.of([null, 0, 500, 1_000]),
        storage_score: chance.of([null, 100, 900]),
        gpu_score: gpu === null ? null : chance.of([null, 800, 1_600]),
        network_score: chance.of([null, 0, 300, 1_200]),
        reliability_ppm: chance.of([null, 0, 990_000, 1_000_000]),
        reliability_at: new Date(clock.now()),
      });
  }
});

function randomWindow(): { readonly start: Instant; readonly end: Instant } {
  const start = plusMs(fixture().clock.now(), chance.below(6 * 24 * 4) * 15 * MINUTE_MS);
  return { start, end: plusMs(start, (1 + chance.below(40)) * 15 * MINUTE_MS * chance.of([1, 1, 8])) };
}

function randomFilter(): ListingFilter {
  const some = <Value>(share: number, value: () => Value): Value | undefined =>
    chance.maybe(share) ? value() : undefined;
  const filter: ListingFilter = Object.fromEntries(
    Object.entries({
      text: some(0.15, () =>
        chance.of(['quiet', 'EPYC', 'rtx4090', 'nvidia quiet', 'frankfurt', 'night-shift', 'a', '%_']),
      ),
      gpuModel: some(0.15, () =>
        chance.of(['RTX4090', 'L4', 'rtx 4090', 'h100', 'H100-80', 'A1000', '40', 'vidia h', '.']),
      ),
      gpuCountMin: some(0.1, () => chance.of([0, 1, 4])),
      gpuCountMax: some(0.1, () => chance.of([0, 2, 64])),
      vramBytesMin: some(0.05, () => chance.of([0, 25_000_000_000])),
      cudaVersionMin: some(0.05, () => chance.of(['11.0', '12.0'])),
      cpuThreadsMin: some(0.05, () => 64),
      memoryBytesMin: some(0.05, () => 100_000_000_000),
      diskFreeBytesMin: some(0.05, () => 5_000_000_000),
      diskKind: some(0.05, () => chance.of(['nvme', 'ssd'] as const)),
      region: some(0.15, () => chance.of(['eu', 'EU-central', 'oslo', 'us', 'Neuss', 'e', '!'])),
      pricePerHourMin: some(0.1, () => amountMicros(BigInt(chance.below(9) * 500_000))),
      pricePerHourMax: some(0.1, () => amountMicros(BigInt(chance.below(9) * 500_000))),
      pricePerGpuHourMax: some(0.05, () => amountMicros(500_000n)),
      cpuScoreMin: some(0.05, () => chance.of([0, 500])),
      storageScoreMin: some(0.05, () => 500),
      gpuScoreMin: some(0.05, () => chance.of([0, 900])),
      networkScoreMin: some(0.05, () => 300),
      pricePerformanceMin: some(0.05, () => chance.of([0, 500])),
      accessMode: some(0.1, () => chance.of(['unix_user', 'container'] as const)),
      reliabilityPpmMin: some(0.1, () => chance.of([0, 990_000])),
      freeDuring: some(0.6, randomWindow),
    }).filter(([, value]) => value !== undefined),
  );
  return filter;
}

/** Something that happens on a market between two searches. */
async function happen(): Promise<void> {
  const { clock, owner, uow } = fixture();
  const machine = chance.of(machines);
  const what = chance.below(10);
  if (what < 5) {
    // Taken windows are refused, as everywhere.
    const range = randomWindow();
    const block = { ...makeBlock(machine, range.start), range, occupancyId: newId(testIds, occupancyIdSchema) };
    await uow.run(async (tx) => tx.occupancies.insertBlock(block)).catch(() => undefined);
  } else if (what < 7) {
    await owner.raw(
      `UPDATE occupancies SET live = false WHERE id = (SELECT id FROM occupancies WHERE unit_id = ? AND live ORDER BY id LIMIT 1)`,
      [machine.unitId],
    );
  } else if (what === 7) {
    await owner.raw(
      `UPDATE occupancies SET during = tstzrange(lower(during), lower(during) + (upper(during) - lower(during)) / 2)
       WHERE unit_id = ? AND live AND upper(during) - lower(during) > interval '1 hour'`,
      [machine.unitId],
    );
  } else if (what === 8) {
    await owner('listings')
      .where({ machine_id: machine.id })
      .update({
        price_per_hour_micros: String((1 + chance.below(8)) * 500_000),
        visibility: chance.of(['public', 'public', 'unlisted']),
      });
  } else {
    const state = chance.of(['reachable', 'reachable', 'unreachable'] as const);
    await uow.run(async (tx) => tx.machines.setReachability(machine.id, state, clock.now()));
  }
}

async function searchAll(filter: ListingFilter, sort: ListingSort): Promise<readonly string[]> {
  const { clock, knex } = fixture();
  const session = new Session({ connection: knex, clock, prepared: false });
  // On a market this small only one way would ever be taken.
  const small = {
    aheadMax: chance.of([1, 10]),
    freeMax: chance.of([0, 5]),
    matchingMax: chance.of([0, 5]),
    kindsMax: chance.of([0, 2, 16]),
    modelsMax: chance.of([1, 1_000]),
    regionsMax: chance.of([1, 300]),
    wholeWordsMax: chance.of([0, 3, 500]),
  };
  const ways = chance.maybe(0.7) ? small : SEARCH_WAYS;
  const limit = chance.of([7, 30, 100]);
  const seen: string[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await searchListings(session, filter, sort, { limit, cursor }, ways);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
    if (cursor === null) return seen;
  }
  throw new Error('The pages do not end.');
}

test(
  `the search finds what the naive one finds, in the same order (${String(CASES)} cases)`,
  { timeout: 900_000 },
  async () => {
    const { owner } = fixture();
    let found = 0;
    for (let n = 0; n < CASES; n += 1) {
      await happen();
      const [filter, sort] = [randomFilter(), chance.of(listingSorts)];
      const expected = naiveSearch(await readNaiveMarket(owner), filter, sort);
      const said = `seed ${String(SEED)}, case ${String(n)}, ${sort}`;
      expect({ filter, ids: await searchAll(filter, sort) }, said).toEqual({ filter, ids: expected });
      found += expected.length;
    }
    expect(found).toBeGreaterThan(CASES);
  },
);

test('the summary of free time is what the calendar leaves, to the last gap', async () => {
  const { owner } = fixture();
  const gaps = async (): Promise<unknown> =>
    (await owner.raw<{ rows: unknown[] }>('SELECT unit_id, gap::text FROM unit_gaps ORDER BY unit_id, gap')).rows;
  const kept = await gaps();
  await owner.raw('SELECT rebuild_unit_gaps()');
  expect(kept).toEqual(await gaps());
});

test('sabotage: a market whose summaries no longer follow is found out', async () => {
  const { owner } = fixture();
  const window = { start: fixture().clock.now(), end: plusMs(fixture().clock.now(), 30 * DAY_MS) };
  await owner.raw('ALTER TABLE occupancies DISABLE TRIGGER USER');
  await owner.raw('UPDATE occupancies SET live = false');
  await owner.raw('ALTER TABLE occupancies ENABLE TRIGGER USER');
  const expected = naiveSearch(await readNaiveMarket(owner), { freeDuring: window }, 'newest');
  expect(await searchAll({ freeDuring: window }, 'newest')).not.toEqual(expected);
  await owner.raw('SELECT rebuild_unit_gaps()');
  expect(await searchAll({ freeDuring: window }, 'newest')).toEqual(expected);
});
