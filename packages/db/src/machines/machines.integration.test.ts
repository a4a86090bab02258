import type { BenchmarkKind } from '@rsm/domain/benchmarks/benchmark';
import { benchmarkMethodVersions } from '@rsm/domain/benchmarks/benchmark-method';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import { machineFactsSchema } from '@rsm/domain/machines/machine-facts';
import { plusMs, SECOND_MS } from '@rsm/domain/common/instant';
import { describe, expect, test } from 'vitest';

import { down as downScores, up as upScores } from '../migrations/0030-more-scores.ts';
import { grantToApplication } from '../migrations/grants.ts';
import { clearOutdatedScores } from '../migrations/outdated-scores.ts';
import { ROLES } from '../postgres/cluster.ts';
import {
  makeBenchmark,
  makeBooking,
  makeListing,
  makeMachine,
  placeBooking,
  seedMarket,
  sha256Of,
} from '../testing/market.ts';
import { useUnitOfWork } from '../testing/use-unit-of-work.ts';

function makeFacts(overrides: Partial<MachineFacts> = {}): MachineFacts {
  return machineFactsSchema.parse({
    cpu: { model: 'EPYC 9354', architecture: 'x86_64', sockets: 1, cores: 32, threads: 64, maxMhz: 3_800 },
    memory: { totalBytes: 512e9, swapBytes: 0 },
    disks: [{ device: 'nvme0n1', mountPoint: '/', fileSystem: 'ext4', kind: 'nvme', sizeBytes: 2e12, freeBytes: 1e12 }],
    gpus: [],
    containerRuntime: null,
    kernel: '6.12',
    virtualization: null,
    os: null,
    initSystem: 'systemd',
    sshdVersion: null,
    timeZone: 'UTC',
    unreadable: [],
    fingerprint: 'a'.repeat(64),
    ...overrides,
  });
}

const gpu = {
  vendor: 'nvidia' as const,
  model: 'H100 80GB HBM3',
  uuid: null,
  vramBytes: 80e9,
  driverVersion: null,
  cudaVersion: null,
  computeCapability: null,
  pcieGeneration: 5,
  pcieWidth: 16,
  powerLimitWatts: 700,
  eccEnabled: true,
};

const result = {
  tool: 'sysbench',
  toolVersion: '1.0.20',
  methodVersion: 1,
  parameters: {},
  measurements: [{ name: 'events', unit: '1/s', median: 1, minimum: 1, maximum: 1, repetitions: 3 }],
  score: 1_234,
  referenceMachine: 'reference',
};

describe('PgMachineRepository', () => {
  const fixture = useUnitOfWork();

  test('gives back what was written, with its unit and its calendar', async () => {
    const { uow, clock } = fixture();
    const { machine } = await seedMarket(uow, clock);
    expect(await uow.reads.machines.findById(machine.id)).toEqual(machine);
    expect(await uow.reads.machines.findByUnitId(machine.unitId)).toEqual(machine);
    expect(await uow.run((tx) => tx.machines.lockById(machine.id))).toEqual(machine);
    await uow.run((tx) => tx.occupancies.lockCalendar(machine.unitId));
  });

  test('what renters may reach is kept as the provider set it', async () => {
    const { uow, clock } = fixture();
    const { machine } = await seedMarket(uow, clock);
    const network = { allowedNetworks: ['10.20.0.0/16', 'fd12:3456::/48'], mailAllowed: true };
    await uow.run((tx) => tx.machines.setRenterNetwork(machine.id, network));
    expect(await uow.reads.machines.findById(machine.id)).toEqual({ ...machine, renterNetwork: network });
  });

  test('status, reachability and host key are three columns: none loses another, each is guarded', async () => {
    const { uow, clock } = fixture();
    const { machine } = await seedMarket(uow, clock);
    const at = clock.now();
    await uow.run((tx) => tx.machines.setReachability(machine.id, 'unreachable', at));
    const quarantine = { from: 'verified', to: 'quarantined', reason: 'why', quarantineReason: 'wipe', at } as const;
    await uow.run((tx) => tx.machines.changeStatus(machine.id, quarantine));
    const change = { from: 'pinned', to: 'changed', hostKey: machine.hostKey, lastError: 'another key' } as const;
    await uow.run((tx) => tx.machines.changeHostKey(machine.id, change));
    expect(await uow.reads.machines.findById(machine.id)).toMatchObject({
      status: 'quarantined',
      quarantineReason: 'wipe',
      reachability: 'unreachable',
      hostKeyState: 'changed',
      lastError: 'another key',
    });
    await expect(uow.run((tx) => tx.machines.changeStatus(machine.id, quarantine))).rejects.toMatchObject({
      code: 'wrong_state',
    });
    await expect(uow.run((tx) => tx.machines.changeHostKey(machine.id, change))).rejects.toMatchObject({
      code: 'wrong_state',
    });
  });

  test('one server can not be offered twice: its address is verified once', async () => {
    const { uow, clock } = fixture();
    const { machine, provider } = await seedMarket(uow, clock);
    const twin = makeMachine(provider, clock.now(), { control: machine.control, status: 'connecting' });
    await uow.run((tx) => tx.machines.insert(twin));
    const verify = {
      from: 'connecting',
      to: 'verified',
      reason: null,
      quarantineReason: null,
      at: clock.now(),
    } as const;
    await expect(uow.run((tx) => tx.machines.changeStatus(twin.id, verify))).rejects.toMatchObject({
      code: 'conflict',
      field: 'control',
    });
  });

  test('an inspection keeps facts and checks; the newest one is shown, the older ones stay', async () => {
    const { uow, clock, owner } = fixture();
    const { machine } = await seedMarket(uow, clock);
    expect(await uow.reads.machines.listChecks(machine.id)).toEqual({ checkedAt: null, checks: [] });
    const check = (passed: boolean) => ({
      id: 'sudo',
      title: 'Root rights',
      actual: passed ? 'yes' : 'no',
      required: 'yes',
      passed,
      remedy: passed ? null : 'Paste the block again.',
    });
    const save = (passed: boolean) =>
      uow.run((tx) =>
        tx.machines.saveInspection(machine.id, {
          facts: makeFacts({ gpus: [gpu, { ...gpu, vramBytes: 40e9 }] }),
          checks: [check(passed), check(true)],
          at: clock.now(),
        }),
      );
    await save(false);
    await save(true);
    expect(await uow.reads.machines.listChecks(machine.id)).toEqual({
      checkedAt: clock.now(),
      checks: [check(true), check(true)],
    });
    expect(await owner('machine_inspections').where({ machine_id: machine.id })).toHaveLength(2);
    expect((await uow.reads.machines.findById(machine.id))?.facts?.gpus).toHaveLength(2);
    const row: unknown = await owner('machines')
      .where({ id: machine.id })
      .first('gpu_count', 'vram_bytes', 'cpu_threads');
    expect(row).toEqual({ gpu_count: 2, vram_bytes: 40_000_000_000n, cpu_threads: 64 });
  });

  test('a uid is given once: each booking gets its own, and the same one when it asks again', async () => {
    const { uow, clock } = fixture();
    const { machine, listing, renter } = await seedMarket(uow, clock);
    const bookings = Array.from({ length: 10 }, (_, index) =>
      makeBooking(listing, renter, plusMs(clock.now(), index * 10_000_000)),
    );
    for (const booking of bookings) await placeBooking(uow, booking);
    const take = () =>
      Promise.all(bookings.map((booking) => uow.run((tx) => tx.machines.takeUid(machine.id, booking.id))));
    const uids = await take();
    expect(uids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, index) => 200_000 + index));
    expect(await take()).toEqual(uids);
  });

  test('probes are kept once, ordered, and say which machine is due', async () => {
    const { uow, clock } = fixture();
    const { machine } = await seedMarket(uow, clock);
    const due = () => uow.reads.machines.listDueForProbe(plusMs(clock.now(), -30 * SECOND_MS), 1_000);
    expect(await due()).toContain(machine.id);
    const probe = (at: number, outcome: 'up' | 'down') =>
      uow.run((tx) =>
        tx.machines.insertProbe({ machineId: machine.id, at: plusMs(clock.now(), at), outcome, detail: null }),
      );
    await probe(0, 'up');
    await probe(-10_000, 'down');
    await probe(0, 'down');
    expect(await due()).not.toContain(machine.id);
    const range = { from: plusMs(clock.now(), -60_000), to: plusMs(clock.now(), 1), limit: 10 };
    const samples = await uow.reads.machines.listProbes(machine.id, range);
    expect(samples.map((sample) => sample.outcome)).toEqual(['down', 'up']);
    clock.advance(31 * SECOND_MS);
    expect(await due()).toContain(machine.id);
  });

  test('every command is kept, newest first, also those of one millisecond', async () => {
    const { uow, clock } = fixture();
    const { machine } = await seedMarket(uow, clock);
    const command = (purpose: string) => ({
      machineId: machine.id,
      purpose,
      template: 'uname -a',
      exitStatus: 0,
      durationMs: 3,
      outputBytes: 5_000_000_000,
      startedAt: clock.now(),
    });
    await uow.run((tx) => tx.machines.insertCommands(['a', 'b', 'c', 'd', 'e'].map(command)));
    const first = await uow.reads.machines.listCommands(machine.id, { limit: 3, cursor: null });
    const second = await uow.reads.machines.listCommands(machine.id, { limit: 3, cursor: first.nextCursor });
    expect([...first.items, ...second.items]).toEqual(['e', 'd', 'c', 'b', 'a'].map(command));
    expect(second.nextCursor).toBeNull();
  });
});

describe('PgListingRepository', () => {
  const fixture = useUnitOfWork();

  test('a unit has one listing that is not archived', async () => {
    const { uow, clock } = fixture();
    const { machine, listing } = await seedMarket(uow, clock);
    const second = makeListing(machine, clock.now());
    await expect(uow.run((tx) => tx.listings.insert(second))).rejects.toMatchObject({ code: 'conflict' });
    await uow.run((tx) => tx.listings.changeStatus(listing.id, { from: 'active', to: 'archived', at: clock.now() }));
    await uow.run((tx) => tx.listings.insert(second));
    expect(await uow.reads.listings.findLiveByMachine(machine.id)).toEqual(second);
    const again = { from: 'archived', to: 'active', at: clock.now() } as const;
    await expect(uow.run((tx) => tx.listings.changeStatus(listing.id, again))).rejects.toMatchObject({
      code: 'wrong_state',
    });
  });

  test('searches by hardware, price, text and free window; what is off the market is not found', async () => {
    const { uow, clock } = fixture();
    const { machine, listing, renter } = await seedMarket(uow, clock);
    await uow.run((tx) =>
      tx.machines.saveInspection(machine.id, { facts: makeFacts({ gpus: [gpu] }), checks: [], at: clock.now() }),
    );
    const found = async (filter: object) => {
      const page = await uow.reads.listings.search(filter, 'price_ascending', { limit: 100, cursor: null });
      return page.items.some((item) => item.id === listing.id);
    };
    const window = { start: clock.now(), end: plusMs(clock.now(), 1) };
    expect(await found({})).toBe(true);
    expect(await found({ gpuModel: 'h100', gpuCountMin: 1, vramBytesMin: 80e9, cpuThreadsMin: 64 })).toBe(true);
    expect(await found({ memoryBytesMin: 512e9, diskFreeBytesMin: 1e12, region: 'eu-central', text: 'epyc' })).toBe(
      true,
    );
    expect(await found({ gpuCountMin: 2 })).toBe(false);
    expect(await found({ vramBytesMin: 80e9 + 1 })).toBe(false);
    expect(await found({ pricePerHourMax: listing.pricePerHour - 1n })).toBe(false);
    expect(await found({ text: '%' })).toBe(false);
    expect(await found({ cpuScoreMin: 1 })).toBe(false);
    expect(await found({ freeDuring: window })).toBe(true);
    await placeBooking(uow, makeBooking(listing, renter, clock.now()));
    expect(await found({ freeDuring: window })).toBe(false);
    await uow.run((tx) => tx.machines.setReachability(machine.id, 'unreachable', clock.now()));
    expect(await found({})).toBe(false);
  });

  test.each(['price_ascending', 'score_descending', 'newest'] as const)(
    'pages by %s show each listing once',
    async (sort) => {
      const { uow, clock } = fixture();
      // Three of a price and all of one score and instant: the id decides.
      for (let index = 0; index < 9; index += 1) await seedMarket(uow, clock);
      const all = (await uow.reads.listings.search({}, sort, { limit: 100, cursor: null })).items.map(
        (item) => item.id,
      );
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await uow.reads.listings.search({}, sort, { limit: 4, cursor });
        seen.push(...page.items.map((item) => item.id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual(all);
      expect(new Set(seen).size).toBe(seen.length);
    },
  );
});

describe('PgBenchmarkRepository', () => {
  const fixture = useUnitOfWork();

  test('one run of a kind is open at a time; its score reaches the search; its raw output proves itself', async () => {
    const { uow, clock } = fixture();
    const { machine, listing } = await seedMarket(uow, clock);
    const benchmark = makeBenchmark(machine, clock.now());
    await uow.run((tx) => tx.benchmarks.insert(benchmark));
    await expect(uow.run((tx) => tx.benchmarks.insert(makeBenchmark(machine, clock.now())))).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await uow.run((tx) => tx.benchmarks.existsOpen(machine.id, 'cpu'))).toBe(true);
    expect(await uow.reads.benchmarks.listDue(clock.now(), 100)).toEqual([benchmark.id]);
    const output = { sha256: sha256Of('events: 1'), text: 'events: 1' };
    await uow.run(async (tx) => {
      await tx.benchmarks.changeStatus(benchmark.id, { from: 'queued', to: 'running', at: clock.now() });
      await tx.benchmarks.setProgress(benchmark.id, 50);
      await tx.benchmarks.keepRawOutput(output);
      await tx.benchmarks.keepRawOutput(output);
      await tx.benchmarks.changeStatus(benchmark.id, {
        from: 'running',
        to: 'succeeded',
        at: clock.now(),
        result,
        rawOutputSha256: output.sha256,
      });
    });
    expect(await uow.reads.benchmarks.listLatest(machine.id)).toMatchObject([
      { id: benchmark.id, result, progressPercent: 100, finishedAt: clock.now() },
    ]);
    expect(await uow.reads.benchmarks.findRawOutput(output.sha256)).toBe(output.text);
    const page = await uow.reads.listings.search({ cpuScoreMin: 1_234 }, 'newest', { limit: 100, cursor: null });
    expect(page.items).toMatchObject([{ id: listing.id, cpuScore: 1_234, benchmarkedAt: clock.now() }]);
    const lie = uow.run((tx) => tx.benchmarks.keepRawOutput({ sha256: sha256Of('better'), text: 'worse' }));
    await expect(lie).rejects.toMatchObject({ constraint: 'benchmark_raw_outputs_sha256_true' });
  });

  test('searches know no score of another method, neither a new one nor one that a raised version left behind', async () => {
    const { uow, clock, owner } = fixture();
    const { machine, listing } = await seedMarket(uow, clock);
    const measured = async (score: number, methodVersion: number, kind: BenchmarkKind = 'cpu') => {
      const benchmark = makeBenchmark(machine, clock.now(), { kind });
      const output = { sha256: sha256Of('events: 1'), text: 'events: 1' };
      await uow.run(async (tx) => {
        await tx.benchmarks.insert(benchmark);
        await tx.benchmarks.keepRawOutput(output);
        await tx.benchmarks.changeStatus(benchmark.id, { from: 'queued', to: 'running', at: clock.now() });
        await tx.benchmarks.changeStatus(benchmark.id, {
          from: 'running',
          to: 'succeeded',
          at: clock.now(),
          result: { ...result, score, methodVersion },
          rawOutputSha256: output.sha256,
        });
      });
    };
    const inSearch = async () => {
      const page = await uow.reads.listings.search({}, 'newest', { limit: 100, cursor: null });
      return page.items.find(({ id }) => id === listing.id);
    };
    const scoreInSearch = async () => (await inSearch())?.cpuScore;
    await measured(1_000, 1);
    await clearOutdatedScores(owner, ['cpu']);
    expect(await scoreInSearch()).toBe(1_000);
    await measured(50_000, 99);
    expect(await scoreInSearch()).toBeNull();
    // As an installation that measured with version 99 before this one knew it.
    await owner.raw('UPDATE machines SET cpu_score = 50000 WHERE id = ?', [machine.id]);
    await clearOutdatedScores(owner, ['cpu']);
    expect(await scoreInSearch()).toBeNull();
    await measured(700, 1, 'network');
    await measured(1_600, 99, 'gpu');
    expect(await inSearch()).toMatchObject({ networkScore: 700, gpuScore: null });
    // As an installation that measured both before searches knew them.
    await downScores(owner);
    await upScores(owner);
    await grantToApplication(owner, ROLES.application);
    expect(await inSearch()).toMatchObject({ networkScore: 700, gpuScore: null });
  });

  test('whoever raises the version of a method adds a migration that clears the scores of the one before', () => {
    // Raised one? Add a migration that calls clearOutdatedScores, then change this line.
    expect(benchmarkMethodVersions).toEqual({ cpu: 1, memory: 4, storage: 2, network: 1, gpu: 1 });
  });

  test('a run that succeeded without its raw output is refused: no claim without evidence', async () => {
    const { uow, clock } = fixture();
    const { machine } = await seedMarket(uow, clock);
    const benchmark = makeBenchmark(machine, clock.now());
    const unproven = uow.run(async (tx) => {
      await tx.benchmarks.insert(benchmark);
      await tx.benchmarks.changeStatus(benchmark.id, { from: 'queued', to: 'running', at: clock.now() });
      await tx.benchmarks.changeStatus(benchmark.id, { from: 'running', to: 'succeeded', at: clock.now(), result });
    });
    await expect(unproven).rejects.toMatchObject({ constraint: 'benchmarks_result_has_raw_output' });
  });
});
