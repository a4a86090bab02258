import type { MachineFacts } from '../machines/machine-facts.ts';

type Gpu = Pick<NonNullable<MachineFacts['gpus']>[number], 'vendor'>;

/** The GPU measurement talks to NVIDIA's CUDA driver. */
export function hasMeasurableGpu(gpus: readonly Gpu[] | null): boolean {
  return gpus?.some(({ vendor }) => vendor === 'nvidia') ?? false;
}

/** Why the GPUs of a machine have no benchmark, in a sentence for people; null where they can be measured or there are none. */
export function whyGpuNotMeasured(gpus: readonly Gpu[] | null): string | null {
  if (gpus === null || gpus.length === 0 || hasMeasurableGpu(gpus)) return null;
  const vendor = gpus.some((gpu) => gpu.vendor === 'amd') ? 'AMD' : 'this maker';
  return `GPU speed: not available. It is measured over NVIDIA’s CUDA driver, which GPUs of ${vendor} do not have.`;
}
