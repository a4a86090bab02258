import { DomainError } from '../common/domain-error.ts';
import type { Machine } from '../machines/machine.ts';
import type { MachineFacts } from '../machines/machine-facts.ts';
import type { Benchmark } from './benchmark.ts';

type Gpu = Pick<NonNullable<MachineFacts['gpus']>[number], 'vendor' | 'computeCapability'>;

/** The oldest compute capability (major number) that our kernels are written for: Volta. */
const CAPABILITY_MAJOR_MIN = 7;

/**
 * Whether the GPUs of a machine can be measured: over NVIDIA's CUDA driver, and all of that vendor, because one figure stands for
 * the slowest of them. A capability that an old driver does not tell is found out by measuring.
 */
export function hasMeasurableGpu(gpus: readonly Gpu[] | null): boolean {
  const nvidia = gpus?.filter(({ vendor }) => vendor === 'nvidia') ?? [];
  return nvidia.length > 0 && !nvidia.some(isTooOld);
}

/** Why the GPUs of a machine have no benchmark, in a sentence for people; null where they can be measured or there are none. */
export function whyGpuNotMeasured(gpus: readonly Gpu[] | null): string | null {
  if (gpus === null || gpus.length === 0 || hasMeasurableGpu(gpus)) return null;
  if (gpus.some((gpu) => gpu.vendor === 'nvidia')) {
    return `GPU speed: not available. It is measured from compute capability ${String(CAPABILITY_MAJOR_MIN)}.0 on, and a GPU here is older.`;
  }
  const maker = gpus.some((gpu) => gpu.vendor === 'amd') ? 'AMD' : 'this maker';
  return `GPU speed: not available. It is measured over NVIDIA’s CUDA driver, which GPUs of ${maker} do not have.`;
}

/**
 * Who offers GPUs shows how fast they are. Asked when a listing is published, not at each booking: offers from before this was
 * measured stay. A machine whose driver tells no capability may be listed without, since whether it can be measured is not known.
 * @throws DomainError machine_not_benchmarked
 */
export function assertGpuMeasured(
  { facts, name }: Pick<Machine, 'facts' | 'name'>,
  latest: readonly Pick<Benchmark, 'kind'>[],
): void {
  const gpus = facts?.gpus ?? null;
  const isKnown = gpus?.some((gpu) => gpu.vendor === 'nvidia' && gpu.computeCapability !== null) ?? false;
  if (!isKnown || !hasMeasurableGpu(gpus) || latest.some(({ kind }) => kind === 'gpu')) return;
  throw new DomainError('machine_not_benchmarked', `The GPUs of ${name} were not measured yet.`, {
    remedy: 'Run the GPU benchmark first: renters see measured speed, not promises.',
  });
}

function isTooOld({ computeCapability, vendor }: Gpu): boolean {
  return (
    vendor === 'nvidia' && computeCapability !== null && Number.parseInt(computeCapability, 10) < CAPABILITY_MAJOR_MIN
  );
}
