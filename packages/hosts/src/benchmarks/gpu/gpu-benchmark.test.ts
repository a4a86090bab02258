import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { benchmarkResultSchema } from '@rsm/domain/benchmarks/benchmark';
import { describe, expect, it } from 'vitest';
import type { SshSession } from '../../ssh/ssh-session.ts';
import { anyMachine } from '../../test-support/any-machine.ts';
import { createGpuBenchmark } from './gpu-benchmark.ts';
import { GPU_BENCHMARK_SETTINGS, type GpuBenchmarkSettings } from './gpu-request.ts';
import { loadGpuSources } from './gpu-sources.ts';
import { buildFakeDriver, has, localSession } from './testing/local-gpu-session.ts';

const fakeDriver = has('python3') ? buildFakeDriver() : null;
const NO_FAKE = 'there is no python3 or no C compiler for the fake driver';
const NO_PTXAS = 'there is no ptxas';

/** As much as a processor does in a moment. */
const small: GpuBenchmarkSettings = {
  ...GPU_BENCHMARK_SETTINGS,
  repetitions: 1,
  warmUpMs: 0,
  targetMs: 1,
  stepSecondsMax: 5,
  library: fakeDriver ?? 'none',
  sizes: {
    fp32Threads: 1_024,
    fp32TripsMax: 6,
    tensorThreads: 1_024,
    tensorTripsMax: 3,
    memoryBytes: 65_536,
    passThreads: 1_024,
    passesMax: 5,
    foldThreads: 256,
    copyBytes: 32_768,
    copyFoldThreads: 256,
    copies: 2,
  },
};

/** A machine between which and us somebody changes what the program printed. */
function tamperedSession(change: (stdout: string) => string): SshSession {
  const session = localSession();
  return {
    ...session,
    run: async (template, values, ...rest) => {
      const answer = await session.run(template, values, ...rest);
      return template.stdin === 'content' ? { ...answer, stdout: change(answer.stdout) } : answer;
    },
  };
}

async function measure(
  environment: Readonly<Record<string, string>>,
  settings: Partial<GpuBenchmarkSettings> = {},
  session: SshSession = localSession(environment),
) {
  const progress: number[] = [];
  const context = {
    session,
    cleanUpSession: session,
    runId: 'test',
    onProgress: (at: number) => void progress.push(at),
  };
  const strategy = createGpuBenchmark(context, { ...small, ...settings }, loadGpuSources());
  return { ...(await strategy.run(anyMachine().machine)), progress };
}

describe.skipIf(fakeDriver === null)(`the GPU benchmark (skipped where ${NO_FAKE})`, () => {
  it('answers every figure that our side could compute again, for each repetition with another seed', async () => {
    const { progress, rawOutput, rawOutputSha256, result } = await measure({}, { repetitions: 2 });
    expect(benchmarkResultSchema.parse(result)).toMatchObject({
      tool: 'CUDA driver',
      toolVersion: '12.4',
      methodVersion: 1,
      parameters: { gpus: '1', models: 'Fake GPU (8.0)', tensorHalf: 'mma.m16n8k16', samplesChecked: '64' },
    });
    expect(result.measurements.map(({ name, unit, repetitions }) => [name, unit, repetitions])).toEqual([
      ['fp32_fma', 'TFLOPS', 2],
      ['tensor_half', 'TFLOPS', 2],
      ['memory_bandwidth', 'GB/s', 2],
      ['host_to_device_pinned', 'GB/s', 2],
      ['device_to_host_pinned', 'GB/s', 2],
      ['host_to_device_pageable', 'GB/s', 2],
      ['device_to_host_pageable', 'GB/s', 2],
    ]);
    expect(progress).toEqual([50, 100]);
    const seeds = [...rawOutput.matchAll(/"seed":"([0-9a-f]{64})"/g)].map(([, seed]) => seed);
    expect(new Set(seeds).size).toBe(2);
    expect(rawOutput).not.toContain('"samples"');
    expect(rawOutput.match(/"root"/g)).toHaveLength(10);
    expect(createHash('sha256').update(rawOutput).digest('hex')).toBe(rawOutputSha256);
  });

  it('copies between neighbours where there are several, and takes the slowest of each figure', async () => {
    const { rawOutput, result } = await measure({ FAKE_DEVICES: '3' });
    expect(result.parameters).toMatchObject({ gpus: '3' });
    expect(result.measurements.at(-1)).toMatchObject({ name: 'peer_copy', unit: 'GB/s' });
    const fp32 = [...rawOutput.matchAll(/"amount": (\d+), "device": \d, "figure": "fp32".*?"seconds": ([\d.e-]+)/g)];
    const rates = fp32.map(([, trips, seconds]) => (Number(trips) * 1_024 * 128) / Number(seconds) / 1e12);
    expect(rates).toHaveLength(3);
    expect(result.measurements[0]?.median).toBe(Math.round(Math.min(...rates) * 1_000) / 1_000);
  });

  it('says where there is no tensor figure, and scores such a GPU all the same', async () => {
    const { result } = await measure({ FAKE_CAPABILITY: '75' });
    expect(result.measurements.map(({ name }) => name)).not.toContain('tensor_half');
    expect(result.parameters['tensorHalf']).toMatch(/^not available below compute capability 8\.0/);
  });

  it.each(['fp32_chain', 'tensor_chain', 'memory_fill', 'memory_pass', 'memory_fold'])(
    'gives no figure at all when %s computes wrong in every fourth thread',
    async (kernel) => {
      // 64 threads are looked at: they let a quarter pass in one of a hundred million runs.
      await expect(measure({ FAKE_WRONG: kernel })).rejects.toMatchObject({
        code: 'host_command_failed',
        message: expect.stringMatching(/computed a wrong result\. Nothing of this run counts/) as string,
      });
    },
  );

  const memoryLine = /^.*"figure": "memory".*\n/m;
  it.each<[string, (stdout: string) => string, RegExp]>([
    ['was cut', (text) => text.slice(0, -20), /printed something that is no line of its own/],
    ['ends early', (text) => text.replace('{"line": "done"}\n', ''), /ended before it was done/],
    ['is empty', () => '', /ended before it was done/],
    ['holds another tool’s words', (text) => `Segmentation fault\n${text}`, /no line of its own/],
    ['holds a line of another form', (text) => text.replace('"version": ', '"age": '), /line that can’t be read/],
    ['lacks a figure', (text) => text.replace(memoryLine, ''), /left a figure out/],
    ['has a figure twice', (text) => text.replace(memoryLine, '$&$&'), /measured one twice/],
    ['names no device', (text) => text.replace(/^.*"line": "device".*\n/m, ''), /measured no device/],
    [
      'is of fewer threads',
      (text) => text.replace('"threads": 1024', '"threads": 512'),
      /other work than was asked for/,
    ],
    ['is of more trips', (text) => text.replace(/("amount": )\d+(.*"fp32")/, '$17$2'), /other work than was asked for/],
    [
      'is of another number of trips',
      (text) =>
        text.replace(/("amount": )(\d+)(.*"tensor")/, (_all, head: string, trips: string, tail: string) =>
          [head, trips === '1' ? '2' : '1', tail].join(''),
        ),
      /computed a wrong result/,
    ],
    ['has another root', (text) => text.replace(/("root": ")[0-9a-f]{8}/, '$100000000'), /do not match the proof/],
    ['has another leaf', (text) => text.replace(/("leaf": ")[0-9a-f]{8}/, '$100000000'), /do not match the proof/],
    [
      'shows no threads',
      (text) => text.replaceAll(/"samples": \[.*?\]\}\]/g, '"samples": []'),
      /do not match the proof/,
    ],
    [
      'is faster than any GPU',
      (text) => text.replaceAll(/("seconds": )[\d.e-]+/g, '$11e-12'),
      /states a rate that no GPU has/,
    ],
    ['took no time', (text) => text.replace(/("seconds": )[\d.e-]+/, '$10'), /line that can’t be read/],
    [
      'took longer than we waited',
      (text) => text.replace(/("seconds": )[\d.e-]+/, '$11000'),
      /states more time than passed on our clock/,
    ],
  ])('gives no figure when what was printed %s', async (_case, change, message) => {
    const changed = tamperedSession((stdout) => {
      expect(change(stdout)).not.toBe(stdout);
      return change(stdout);
    });
    await expect(measure({}, {}, changed)).rejects.toMatchObject({
      code: 'host_command_failed',
      message: expect.stringMatching(message) as string,
    });
  });

  it('believes no answer of an earlier run, whose seed was another', async () => {
    let first: string | null = null;
    const replaying = tamperedSession((stdout) => (first ??= stdout));
    await expect(measure({}, { repetitions: 2 }, replaying)).rejects.toThrow(/fp32: it computed a wrong result/);
  });

  it('believes no copy that carried nothing', async () => {
    await expect(measure({ FAKE_STALE_COPY: '1' })).rejects.toThrow(/copies_pinned: it computed a wrong result/);
  });

  it.each([
    ['cuInit:100', /finds no GPU \(cuInit, CUDA_ERROR_NO_DEVICE, 100\)/],
    ['cuModuleLoadData:222', /too old for our kernels .*CUDA_ERROR_UNSUPPORTED_PTX_VERSION/],
    ['cuEventSynchronize:214', /error in its memory that it could not correct .*214/],
  ])('names what the driver says: %s', async (fault, message) => {
    await expect(measure({ FAKE_FAIL: fault })).rejects.toMatchObject({
      code: 'host_command_failed',
      message: expect.stringMatching(message) as string,
      remedy: expect.stringMatching(/\w/) as string,
    });
  });

  it.each([
    [{ FAKE_DEVICES: '0' }, /finds no GPU/],
    [{ FAKE_CAPABILITY: '61' }, /older than what can be measured.*6\.1/],
    [{ FAKE_FREE_PERCENT: '30' }, /More than half of a GPU’s memory is in use/],
    [{ FAKE_FAIL: 'cuMemAlloc_v2:2' }, /too little free memory \(cuMemAlloc_v2, CUDA_ERROR_OUT_OF_MEMORY, 2\)/],
  ])('measures nothing with %j', async (environment, message) => {
    await expect(measure(environment)).rejects.toThrow(message);
  });

  it('ends a kernel that does not come back', async () => {
    const hung = measure({ FAKE_HANG: 'cuEventSynchronize' }, { stepSecondsMax: 0.3 });
    await expect(hung).rejects.toMatchObject({
      message: expect.stringMatching(/did not answer in time.*fp32/) as string,
    });
  });

  it('names the driver that is missing', async () => {
    await expect(measure({}, { library: 'libcuda-that-is-not-there.so.1' })).rejects.toMatchObject({
      code: 'host_tool_missing',
      message: expect.stringMatching(/no libcuda\.so\.1/) as string,
    });
  });
});

describe('what is sent to a machine', () => {
  it('can be read by Python 3.6', (context) => {
    if (!has('python3')) context.skip('there is no python3');
    // The grammar of 3.6 where this Python can check it (3.8 and later), its own otherwise.
    const check =
      'import ast,sys; t=open(sys.argv[1]).read(); ast.parse(t, feature_version=(3,6)) if sys.version_info >= (3,8) else ast.parse(t)';
    execFileSync('python3', ['-c', check, join(import.meta.dirname, 'gpu-probe.py')]);
    expect(loadGpuSources().program).not.toMatch(/^import (?!ctypes|hashlib|json|os|struct|sys|threading)/m);
  });

  for (const [name, key, version, target, architecture] of [
    ['fp32-chain.ptx', 'fp32', '6.0', 'sm_70', 'sm_75'],
    ['memory-sweep.ptx', 'memory', '6.0', 'sm_70', 'sm_75'],
    ['tensor-chain.ptx', 'tensor', '7.0', 'sm_80', 'sm_80'],
  ] as const) {
    it(`${name} states PTX ISA ${version} and ${target}, and assembles`, (context) => {
      expect(loadGpuSources().ptx[key]).toContain(`.version ${version}\n.target ${target}\n.address_size 64\n`);
      if (!has('ptxas')) context.skip(NO_PTXAS);
      // The oldest architecture that ptxas of CUDA 13 still knows, and a newer one.
      for (const one of [architecture, 'sm_90']) {
        execFileSync('ptxas', [`-arch=${one}`, '-o', '/dev/null', join(import.meta.dirname, name)], { stdio: 'pipe' });
      }
    });
  }
});
