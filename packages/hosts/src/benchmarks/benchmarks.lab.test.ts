// @module-tag ci

import { createHash } from 'node:crypto';
import { benchmarkResultSchema } from '@rsm/domain/benchmarks/benchmark';
import type { HostFlavour, Lab, LabHost } from '@rsm/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noFacts } from '../machines/facts/read-facts.ts';
import { anyMachine } from '../test-support/any-machine.ts';
import { anyWork, enrol, openLab } from '../test-support/lab-machine.ts';
import { createBenchmarkRunner } from './benchmark-runner.ts';
import { NETWORK_BENCHMARK_SETTINGS } from './network-benchmark.ts';

let lab: Lab;
const hosts = new Map<HostFlavour, Promise<LabHost>>();
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.stop());

const MIB = 1_048_576;
const short = {
  cpu: { repetitions: 2, secondsPerRun: 1, proof: { repetitions: 2, secondsPerRun: 0.6 } },
  memory: { rounds: 2, roundsMin: 2, secondsMax: 120, mibPerThread: 1_024, secondsPerRunMax: 1 },
  storage: { repetitions: 1, secondsPerRun: 1, fileSizeBytes: 64 * MIB },
};

/** The tests share one host of each flavour: a benchmark has to leave it as it was. */
async function hostOf(flavour: HostFlavour): Promise<LabHost> {
  const host = hosts.get(flavour) ?? lab.startHost({ flavour });
  hosts.set(flavour, host);
  return host;
}

async function setup(flavour: HostFlavour) {
  const host = await hostOf(flavour);
  const machine = await enrol(host);
  const runner = createBenchmarkRunner({ pool: machine.pool, settings: short });
  const progress: number[] = [];
  const work = (signal?: AbortSignal) => ({
    ...anyWork('benchmark:0190a-test', signal),
    onProgress: (percent: number) => void progress.push(percent),
  });
  const leftovers = () =>
    host
      .run('find /var/tmp /run/rsm/runs -mindepth 1 2>/dev/null | grep rsm; pgrep -x fio; pgrep -x sysbench; true')
      .then((answer) => answer.stdout);
  return { host, machine, runner, progress, work, leftovers };
}

describe('benchmarks on a host', () => {
  it('measure the CPU with one thread and with all', async () => {
    const { machine, runner, progress, work } = await setup('debian');
    const outcome = await runner.run(machine.target, anyMachine().machine, 'cpu', work());
    const result = benchmarkResultSchema.parse(outcome.result);
    expect(result).toMatchObject({
      tool: 'sysbench',
      toolVersion: expect.stringMatching(/^1\./) as string,
      methodVersion: 1,
    });
    expect(result.measurements.map(({ name, unit, repetitions }) => [name, unit, repetitions])).toEqual([
      ['one_thread', 'events/s', 2],
      ['all_threads', 'events/s', 2],
      ['proof_one_thread', 'squarings/s', 2],
      ['proof_all_threads', 'squarings/s', 2],
    ]);
    expect(
      result.measurements.every(
        ({ median, minimum, maximum }) => minimum > 0 && minimum <= median && median <= maximum,
      ),
    ).toBe(true);
    expect(result.score).toBeGreaterThan(0);
    expect(outcome.rawOutput.match(/events per second/g)).toHaveLength(4);
    expect(createHash('sha256').update(outcome.rawOutput).digest('hex')).toBe(outcome.rawOutputSha256);
    expect(outcome.rawOutput.match(/squarings in/g)).toHaveLength(4);
    expect(progress).toEqual([12.5, 25, 37.5, 50, 62.5, 75, 87.5, 100]);
    machine.pool.close();
  });

  it('measure memory with one thread and with all, and leave nothing', { tags: 'deep' }, async () => {
    const { machine, runner, progress, work, leftovers } = await setup('debian');
    const outcome = await runner.run(machine.target, anyMachine().machine, 'memory', work());
    const result = benchmarkResultSchema.parse(outcome.result);
    expect(result.measurements.map(({ name, unit, repetitions }) => [name, unit, repetitions])).toEqual([
      ['one_thread_read', 'GB/s', 2],
      ['one_thread_write', 'GB/s', 2],
      ['all_threads_read', 'GB/s', 2],
      ['all_threads_write', 'GB/s', 2],
    ]);
    expect(result.score).toBeGreaterThan(0);
    expect(outcome.rawOutput.match(/MiB transferred/g)).toHaveLength(12);
    expect(progress.at(-1)).toBe(100);
    expect(await leftovers()).toBe('');
    machine.pool.close();
  });

  for (const flavour of ['debian', 'no-systemd'] as const) {
    // How a run is detached from us on a host without systemd is seen in ssh.lab.test.ts.
    const options = flavour === 'debian' ? {} : { tags: 'deep' };
    it(`measure storage in a folder of their own and leave nothing, on flavour ${flavour}`, options, async () => {
      const { machine, runner, progress, work, leftovers } = await setup(flavour);
      const outcome = await runner.run(machine.target, anyMachine().machine, 'storage', work());
      const result = benchmarkResultSchema.parse(outcome.result);
      expect(result.measurements.map(({ name, unit }) => [name, unit])).toEqual([
        ['random_read', 'IOPS'],
        ['random_write', 'IOPS'],
        ['sequential_read', 'MB/s'],
        ['sequential_write', 'MB/s'],
      ]);
      expect(result.parameters).toMatchObject({ fileSizeBytes: String(64 * MIB) });
      expect(progress).toEqual([10, 32.5, 55, 77.5, 100]);
      expect(await leftovers()).toBe('');
      expect(machine.entries.some((entry) => /\/dev\/(?!null)/.test(entry.template))).toBe(false);
      machine.pool.close();
    });
  }

  it('measure the network over SSH alone, also where nothing is installed', async () => {
    const { machine, work, leftovers } = await setup('bare');
    const network = { ...NETWORK_BENCHMARK_SETTINGS, repetitions: 2, bytesPerRun: MIB };
    const runner = createBenchmarkRunner({ pool: machine.pool, settings: { network } });
    const outcome = await runner.run(machine.target, anyMachine().machine, 'network', work());
    const result = benchmarkResultSchema.parse(outcome.result);
    expect(result.measurements.map(({ name, unit, repetitions }) => [name, unit, repetitions])).toEqual([
      ['to_marketplace', 'Mbit/s', 2],
      ['from_marketplace', 'Mbit/s', 2],
      ['round_trip', 'ms', 9],
    ]);
    expect(outcome.rawOutput.match(new RegExp(`^${MIB} bytes in`, 'gm'))).toHaveLength(4);
    expect(result.score).toBeGreaterThan(0);
    expect(machine.entries.every((entry) => entry.kind === 'read_only')).toBe(true);
    expect(await leftovers()).toBe('');
    machine.pool.close();
  });

  it('ask only machines with NVIDIA’s GPUs for them, and name the driver that is missing', async () => {
    const { machine, work } = await setup('debian');
    const runner = createBenchmarkRunner({ pool: machine.pool });
    const gpu = { vendor: 'nvidia', model: 'A card', computeCapability: null } as const;
    const unread = { uuid: null, vramBytes: null, driverVersion: null, cudaVersion: null } as const;
    const link = { pcieGeneration: null, pcieWidth: null, powerLimitWatts: null, eccEnabled: null } as const;
    const facts = { ...noFacts('not asked'), gpus: [{ ...gpu, ...unread, ...link }] };
    const withCard = anyMachine({ facts }).machine;
    expect(runner.kindsFor(withCard)).toContain('gpu');
    expect(runner.kindsFor(anyMachine().machine)).not.toContain('gpu');
    // A lab host has no Python, and no driver either.
    await expect(runner.run(machine.target, withCard, 'gpu', work())).rejects.toMatchObject({
      code: 'host_tool_missing',
    });
    machine.pool.close();
  });

  it('say which tool is missing and how to install it, and install nothing', async () => {
    const { machine, runner, work } = await setup('bare');
    const missing = (kind: 'cpu' | 'memory' | 'storage') =>
      runner.run(machine.target, anyMachine().machine, kind, work());
    await expect(missing('cpu')).rejects.toMatchObject({
      code: 'host_tool_missing',
      remedy: expect.stringContaining('apt-get install sysbench') as string,
    });
    await expect(missing('memory')).rejects.toMatchObject({ code: 'host_tool_missing' });
    await expect(missing('storage')).rejects.toMatchObject({
      code: 'host_tool_missing',
      remedy: expect.stringContaining('apt-get install fio') as string,
    });
    expect(machine.entries.every((entry) => entry.kind === 'read_only')).toBe(true);
    machine.pool.close();
  });

  it('refuse to fill a disk', async () => {
    const { machine, work, leftovers } = await setup('debian');
    const runner = createBenchmarkRunner({
      pool: machine.pool,
      settings: { storage: { ...short.storage, fileSizeBytes: 1024 * 1024 * MIB } },
    });
    await expect(runner.run(machine.target, anyMachine().machine, 'storage', work())).rejects.toMatchObject({
      code: 'host_command_failed',
      message: expect.stringMatching(/needs \d+ MiB free in \/var\/tmp, but there are \d+ MiB/) as string,
    });
    expect(await leftovers()).toBe('');
    machine.pool.close();
  });

  it('clean up when they are stopped, and when the tool fails', { tags: 'deep' }, async () => {
    const { host, machine, work, leftovers } = await setup('debian');
    const runner = createBenchmarkRunner({
      pool: machine.pool,
      settings: { storage: { ...short.storage, secondsPerRun: 30 } },
    });
    const abort = new AbortController();
    const options = work(abort.signal);
    const stopped = runner.run(machine.target, anyMachine().machine, 'storage', {
      ...options,
      onProgress: () => setTimeout(() => abort.abort(new Error('shutdown')), 500),
    });
    await expect(stopped).rejects.toThrow('shutdown');
    await expect.poll(leftovers, { timeout: 20_000 }).toBe('');
    await host.trouble.shadowTool(
      'fio',
      '#!/bin/sh\n[ "$1" = --version ] && echo fio-3.33 && exit 0\necho "fio: it broke" >&2\nexit 1\n',
    );
    await expect(runner.run(machine.target, anyMachine().machine, 'storage', work())).rejects.toMatchObject({
      code: 'host_command_failed',
      message: expect.stringContaining('it broke') as string,
    });
    await host.trouble.restoreTool('fio');
    expect(await leftovers()).toBe('');
    machine.pool.close();
  });

  it('do not follow a folder that somebody put in their way', { tags: 'deep' }, async () => {
    const { host, machine, runner, work } = await setup('debian');
    await host.run(
      'mkdir /srv/precious && echo keep > /srv/precious/data && ln -s /srv/precious /var/tmp/rsm-benchmark-benchmark-0190a-test',
    );
    await runner.run(machine.target, anyMachine().machine, 'storage', work());
    expect((await host.run('cat /srv/precious/data')).stdout).toBe('keep\n');
    await host.run('rm -f /var/tmp/rsm-benchmark-benchmark-0190a-test');
    machine.pool.close();
  });

  it('are chosen by policy', async () => {
    const { machine } = await setup('debian');
    const runner = createBenchmarkRunner({ pool: machine.pool, allows: (_machine, kind) => kind !== 'storage' });
    expect(runner.kindsFor(anyMachine().machine)).toEqual(['cpu', 'memory', 'network']);
    await expect(
      runner.run(machine.target, anyMachine().machine, 'storage', { ...anyWork(), onProgress: () => undefined }),
    ).rejects.toMatchObject({ code: 'invalid_input' });
    machine.pool.close();
  });
});
