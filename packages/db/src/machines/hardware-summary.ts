import { cudaVersionNumber } from '@rsm/domain/machines/cuda-version';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';

import type { MachineModel } from './machine-model.ts';

type HardwareSummary = Pick<
  MachineModel,
  | 'cpu_model'
  | 'cpu_threads'
  | 'memory_bytes'
  | 'disk_free_bytes'
  | 'disk_kind'
  | 'gpu_model'
  | 'gpu_count'
  | 'vram_bytes'
  | 'cuda_version'
  | 'cuda_version_number'
>;

/**
 * The columns that searches ask for, taken out of the facts. Several kinds of GPU in one machine show as the first;
 * VRAM and CUDA version are the least of them, so that a search never promises more than every one of them has.
 */
export function hardwareSummaryOf(facts: MachineFacts): HardwareSummary {
  const gpus = facts.gpus ?? [];
  const vram = gpus.map((gpu) => gpu.vramBytes).filter((bytes) => bytes !== null);
  const [disk] = facts.disks?.toSorted((a, b) => b.freeBytes - a.freeBytes) ?? [];
  const [cuda] = gpus
    .flatMap(({ cudaVersion: version }) => {
      const number = version === null ? null : cudaVersionNumber(version);
      return number === null ? [] : [{ version, number }];
    })
    .toSorted((a, b) => a.number - b.number);
  return {
    cpu_model: facts.cpu?.model ?? null,
    cpu_threads: facts.cpu?.threads ?? null,
    memory_bytes: facts.memory ? BigInt(facts.memory.totalBytes) : null,
    disk_free_bytes: disk === undefined ? null : BigInt(disk.freeBytes),
    disk_kind: disk?.kind ?? null,
    gpu_model: gpus[0]?.model ?? null,
    gpu_count: gpus.length,
    vram_bytes: vram.length === 0 ? null : BigInt(Math.min(...vram)),
    cuda_version: cuda?.version ?? null,
    cuda_version_number: cuda?.number ?? null,
  };
}
