import type { MachineFacts } from '@rsm/domain/machines/machine-facts';

import type { MachineModel } from './machine-model.ts';

type HardwareSummary = Pick<
  MachineModel,
  'cpu_model' | 'cpu_threads' | 'memory_bytes' | 'disk_free_bytes' | 'gpu_model' | 'gpu_count' | 'vram_bytes'
>;

/**
 * The columns that searches ask for, taken out of the facts. Several kinds of GPU in one machine show as the first;
 * VRAM is that of the smallest, so that a search never promises more than every one of them has.
 */
export function hardwareSummaryOf(facts: MachineFacts): HardwareSummary {
  const gpus = facts.gpus ?? [];
  const vram = gpus.map((gpu) => gpu.vramBytes).filter((bytes) => bytes !== null);
  const freeBytes = facts.disks?.map((disk) => disk.freeBytes) ?? [];
  return {
    cpu_model: facts.cpu?.model ?? null,
    cpu_threads: facts.cpu?.threads ?? null,
    memory_bytes: facts.memory ? BigInt(facts.memory.totalBytes) : null,
    disk_free_bytes: freeBytes.length === 0 ? null : BigInt(Math.max(...freeBytes)),
    gpu_model: gpus[0]?.model ?? null,
    gpu_count: gpus.length,
    vram_bytes: vram.length === 0 ? null : BigInt(Math.min(...vram)),
  };
}
