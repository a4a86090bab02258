import type { BenchmarkKind } from '@rsm/domain/benchmarks/benchmark';
import type { BenchmarkRunner, BenchmarkStrategy } from '@rsm/domain/benchmarks/benchmark-strategy';
import { hasMeasurableGpu } from '@rsm/domain/benchmarks/gpu-measurable';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { Machine } from '@rsm/domain/machines/machine';
import type { SshPool } from '../ssh/ssh-pool.ts';
import type { BenchmarkContext } from './benchmark-context.ts';
import { createGpuBenchmark } from './gpu/gpu-benchmark.ts';
import { GPU_BENCHMARK_SETTINGS, type GpuBenchmarkSettings } from './gpu/gpu-request.ts';
import { loadGpuSources, type GpuSources } from './gpu/gpu-sources.ts';
import { CPU_BENCHMARK_SETTINGS, createCpuBenchmark, type CpuBenchmarkSettings } from './cpu-benchmark.ts';
import { createMemoryBenchmark, MEMORY_BENCHMARK_SETTINGS, type MemoryBenchmarkSettings } from './memory-benchmark.ts';
import {
  createNetworkBenchmark,
  NETWORK_BENCHMARK_SETTINGS,
  type NetworkBenchmarkSettings,
} from './network-benchmark.ts';
import {
  createStorageBenchmark,
  STORAGE_BENCHMARK_SETTINGS,
  type StorageBenchmarkSettings,
} from './storage-benchmark.ts';

export interface BenchmarkSettings {
  readonly cpu: CpuBenchmarkSettings;
  readonly memory: MemoryBenchmarkSettings;
  readonly storage: StorageBenchmarkSettings;
  readonly network: NetworkBenchmarkSettings;
  readonly gpu: GpuBenchmarkSettings;
}

/** What strategies bring along in files, read once when the product is put together. */
interface BenchmarkSources {
  readonly gpu: GpuSources;
}

interface RegistryEntry {
  readonly kind: BenchmarkKind;
  /** Whether it can be measured on this type of machine at all. */
  readonly appliesTo: (machine: Machine) => boolean;
  readonly create: (
    context: BenchmarkContext,
    settings: BenchmarkSettings,
    sources: BenchmarkSources,
  ) => BenchmarkStrategy;
}

/** Every strategy there is, in the order to run them. A new one is one file and one line here. */
const registry: readonly RegistryEntry[] = [
  { kind: 'cpu', appliesTo: () => true, create: (context, settings) => createCpuBenchmark(context, settings.cpu) },
  {
    kind: 'memory',
    appliesTo: () => true,
    create: (context, settings) => createMemoryBenchmark(context, settings.memory),
  },
  {
    kind: 'storage',
    appliesTo: () => true,
    create: (context, settings) => createStorageBenchmark(context, settings.storage),
  },
  {
    kind: 'network',
    appliesTo: () => true,
    create: (context, settings) => createNetworkBenchmark(context, settings.network),
  },
  {
    kind: 'gpu',
    appliesTo: ({ facts }) => hasMeasurableGpu(facts?.gpus ?? null),
    create: (context, settings, sources) => createGpuBenchmark(context, settings.gpu, sources.gpu),
  },
];

/** The kinds that a strategy measures. */
export const measuredKinds: readonly BenchmarkKind[] = registry.map(({ kind }) => kind);

export interface BenchmarkRunnerOptions {
  readonly pool: SshPool;
  /** The operator's policy and the provider's wishes: which kinds may run on a machine. Default: all that apply. */
  readonly allows?: (machine: Machine, kind: BenchmarkKind) => boolean;
  readonly settings?: Partial<BenchmarkSettings>;
}

const CLEAN_UP_MS = 120_000;

/** Chooses the strategy for a kind by the machine's type, its provider's wishes and the operator's policy, and runs it. */
export function createBenchmarkRunner(options: BenchmarkRunnerOptions): BenchmarkRunner {
  const settings: BenchmarkSettings = {
    cpu: CPU_BENCHMARK_SETTINGS,
    memory: MEMORY_BENCHMARK_SETTINGS,
    storage: STORAGE_BENCHMARK_SETTINGS,
    network: NETWORK_BENCHMARK_SETTINGS,
    gpu: GPU_BENCHMARK_SETTINGS,
    ...options.settings,
  };
  const sources: BenchmarkSources = { gpu: loadGpuSources() };
  const chosen = (machine: Machine): readonly RegistryEntry[] =>
    registry.filter((entry) => entry.appliesTo(machine) && (options.allows?.(machine, entry.kind) ?? true));
  return {
    kindsFor: (machine) => chosen(machine).map((entry) => entry.kind),
    async run(target, machine, kind, work) {
      const entry = chosen(machine).find((one) => one.kind === kind);
      if (entry === undefined) {
        throw new DomainError('invalid_input', `There is no ${kind} benchmark for this machine.`, {
          field: 'kind',
          remedy: 'Choose one of those that are offered.',
        });
      }
      const context: BenchmarkContext = {
        session: options.pool.session(target, work),
        cleanUpSession: options.pool.session(target, { purpose: work.purpose, signal: lateSignal(work.signal) }),
        runId: work.purpose
          .toLowerCase()
          .replaceAll(/[^a-z0-9]+/g, '-')
          .slice(0, 80),
        onProgress: work.onProgress,
      };
      return entry.create(context, settings, sources).run(machine);
    },
  };
}

/** Ends some time after the given signal, so that a cut-off benchmark can still clean up, but not for ever. */
function lateSignal(signal: AbortSignal): AbortSignal {
  const late = new AbortController();
  const begin = (): void => {
    setTimeout(() => late.abort(new Error('Cleaning up took too long.')), CLEAN_UP_MS).unref();
  };
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return late.signal;
}
