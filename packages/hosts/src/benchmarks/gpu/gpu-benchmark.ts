import { randomBytes } from 'node:crypto';
import type { Measurement } from '@rsm/domain/benchmarks/benchmark';
import { benchmarkMethodVersions } from '@rsm/domain/benchmarks/benchmark-method';
import type { BenchmarkOutcome, BenchmarkStrategy } from '@rsm/domain/benchmarks/benchmark-strategy';
import { DomainError } from '@rsm/domain/common/domain-error';
import { readOnly } from '../../ssh/command-template.ts';
import type { BenchmarkContext } from '../benchmark-context.ts';
import { measurementOf, scoreOf } from '../measurement.ts';
import { RawOutput } from '../raw-output.ts';
import { GPU_REFERENCE, REFERENCE_MACHINE } from '../reference-machine.ts';
import { requireTool } from '../require-tool.ts';
import { checkGpuFigure, operationsOf } from './check-gpu-figure.ts';
import { gpuRequest, type GpuBenchmarkSettings } from './gpu-request.ts';
import type { GpuSources } from './gpu-sources.ts';
import { hasTensorFigure, parseGpuOutput, type GpuOutput } from './parse-gpu-output.ts';

/**
 * The program comes first on standard input and the request after it, so that nothing is written to the machine. Only computes:
 * the driver's cache of compiled kernels is switched off. Exit status 3: the program named what ended it.
 */
const probeGpus = readOnly(
  `exec python3 -I -B -c 'import sys
exec(compile(sys.stdin.buffer.read(int(sys.argv[1])), "gpu-probe.py", "exec"))' {programBytes}`,
  { timeoutMs: 320_000, maxOutputBytes: 8_388_608, expectedExitCodes: [0, 3], stdin: 'content' },
);

/** Kept in this order; what a machine does not have is left out. */
const UNITS: Readonly<Record<string, string>> = {
  fp32_fma: 'TFLOPS',
  tensor_half: 'TFLOPS',
  memory_bandwidth: 'GB/s',
  host_to_device_pinned: 'GB/s',
  device_to_host_pinned: 'GB/s',
  host_to_device_pageable: 'GB/s',
  device_to_host_pageable: 'GB/s',
  peer_copy: 'GB/s',
};
const TERA = 1e12;

/** FP32 and tensor-core rate, memory bandwidth and copies of every NVIDIA GPU, over libcuda alone and checked on our side. */
export function createGpuBenchmark(
  context: BenchmarkContext,
  settings: GpuBenchmarkSettings,
  sources: GpuSources,
): BenchmarkStrategy {
  return { kind: 'gpu', run: () => runGpuBenchmark(context, settings, sources) };
}

interface Repetition {
  readonly output: GpuOutput;
  /** The lowest rate of any GPU, by figure: one slow card can't hide behind the others. */
  readonly rates: ReadonlyMap<string, number>;
  /** Operations that were shown to be done, divided by the time on our clock. */
  readonly provenTflops: number;
}

async function runGpuBenchmark(
  context: BenchmarkContext,
  settings: GpuBenchmarkSettings,
  sources: GpuSources,
): Promise<BenchmarkOutcome> {
  const pythonVersion = await requireTool(context.session, 'python3', 'python3');
  const raw = new RawOutput();
  const repetitions: Repetition[] = [];
  for (let number = 1; number <= settings.repetitions; number += 1) {
    repetitions.push(
      await repeat(context, settings, sources, (text) => raw.add(`gpu-probe.py, repetition ${number}`, text)),
    );
    context.onProgress((100 * number) / settings.repetitions);
  }
  const [first] = repetitions;
  if (first === undefined) throw new RangeError('A measurement needs at least one repetition.');
  assertSameGpus(repetitions);
  const measurements = Object.entries(UNITS).flatMap(([name, unit]): Measurement[] => {
    const values = repetitions.flatMap(({ rates }) => rates.get(name) ?? []);
    return values.length === 0 ? [] : [measurementOf(name, unit, values)];
  });
  const { devices, driverVersion } = first.output;
  const hasTensor = devices.every(hasTensorFigure);
  return {
    result: {
      tool: 'CUDA driver',
      toolVersion: `${String(Math.floor(driverVersion / 1_000))}.${String(Math.floor((driverVersion % 1_000) / 10))}`,
      methodVersion: benchmarkMethodVersions.gpu,
      parameters: {
        gpus: String(devices.length),
        models: [...new Set(devices.map((device) => `${device.name} (${device.capability})`))].join(', ').slice(0, 200),
        python: pythonVersion,
        tensorHalf: hasTensor ? 'mma.m16n8k16' : 'not available below compute capability 8.0; FP32 stands in for it',
        warmUpMs: String(settings.warmUpMs),
        targetMs: String(settings.targetMs),
        samplesChecked: String(settings.samples),
        memoryMib: String(settings.sizes.memoryBytes / 1_048_576),
        copyMib: String(settings.sizes.copyBytes / 1_048_576),
        provenTflopsMin: Math.max(...repetitions.map(({ provenTflops }) => provenTflops)).toFixed(3),
      },
      measurements,
      score: scoreOf(withTensor(measurements), GPU_REFERENCE),
      referenceMachine: REFERENCE_MACHINE,
    },
    ...raw.finish(),
  };
}

/** One run of the program with a seed that nobody knew before, every figure checked. */
async function repeat(
  { session }: BenchmarkContext,
  settings: GpuBenchmarkSettings,
  { program, ptx }: GpuSources,
  keep: (text: string) => void,
): Promise<Repetition> {
  const seed = randomBytes(32).toString('hex');
  const programBytes = Buffer.byteLength(program);
  const { durationMs, stdout } = await session.run(
    probeGpus,
    { programBytes },
    { stdin: `${program}${gpuRequest(settings, ptx, seed)}` },
  );
  keep(`${JSON.stringify({ line: 'seed', seed })}\n${withoutSamples(stdout)}`);
  const output = parseGpuOutput(stdout);
  const claimedSeconds = output.figures.reduce((sum, { seconds }) => sum + seconds, 0);
  if (claimedSeconds * 1_000 > durationMs) {
    throw new DomainError('host_command_failed', 'The GPU measurement states more time than passed on our clock.', {
      remedy: 'Find out what answers for the GPUs of this machine, and measure again.',
    });
  }
  const rates = new Map<string, number>();
  for (const figure of output.figures) {
    for (const { name, value } of await checkGpuFigure(figure, seed, settings)) {
      rates.set(name, Math.min(value, rates.get(name) ?? value));
    }
  }
  // A machine some of whose GPUs have no tensor figure has none: the rate of the others says nothing about it.
  if (!output.devices.every(hasTensorFigure)) rates.delete('tensor_half');
  const operations = output.figures.reduce((sum, figure) => sum + operationsOf(figure), 0);
  return { output, rates, provenTflops: operations / TERA / (durationMs / 1_000) };
}

/** Without a tensor figure the rate of ordinary units stands in: a product of matrices is no slower than that. */
function withTensor(measurements: readonly Measurement[]): readonly Measurement[] {
  if (measurements.some(({ name }) => name === 'tensor_half')) return measurements;
  return measurements.flatMap((one) => (one.name === 'fp32_fma' ? [one, { ...one, name: 'tensor_half' }] : [one]));
}

/** The proofs' samples are bulk and were checked; their roots stay, which stand for every result. */
function withoutSamples(stdout: string): string {
  return stdout.replaceAll(/, "samples": \[(?:\{[^{}]*\}(?:, )?)*\]/g, '');
}

function assertSameGpus(repetitions: readonly Repetition[]): void {
  const named = repetitions.map(({ output }) =>
    output.devices.map(({ capability, uuid }) => `${uuid} ${capability}`).join(),
  );
  if (new Set(named).size === 1) return;
  throw new DomainError('host_command_failed', 'The GPUs were not the same in every repetition.', {
    remedy: 'Check with nvidia-smi that all GPUs stay visible, and measure again.',
  });
}
