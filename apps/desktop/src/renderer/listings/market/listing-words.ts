import type { ListingListItem } from '@rsm/api/schemas/listings';
import type { AccessMode } from '@rsm/domain/machines/machine';
import type { DiskKind } from '@rsm/domain/machines/machine-facts';
import { formatMoney } from '../../format/money.ts';
import { formatBytes, formatInteger } from '../../format/size.ts';
import { pricePerGpuHour, pricePerScore, roundedForDisplay } from '../price-performance.ts';

export const diskKindWords: Readonly<Record<DiskKind, string>> = {
  nvme: 'NVMe',
  ssd: 'SSD',
  hdd: 'Hard disk',
  virtual: 'Virtual disk',
  unknown: 'unknown kind',
};

/** `2 × A100 80GB PCIe`, or that there is none. The maker's name says nothing that the model does not. */
export function gpuWords(item: Pick<ListingListItem, 'gpuCount' | 'gpuModel' | 'vramBytes'>): string {
  if (item.gpuCount === 0) return 'none';
  return `${String(item.gpuCount)} × ${item.gpuModel?.replace(/^NVIDIA (?:GeForce )?/, '') ?? 'unknown model'}`;
}

/** `80 GiB each · CUDA 12.4`; empty without a GPU. */
export function gpuMoreWords(item: Pick<ListingListItem, 'gpuCount' | 'vramBytes' | 'cudaVersion'>): string {
  if (item.gpuCount === 0) return '';
  const vram = `${formatBytes(item.vramBytes)} each`;
  return item.cudaVersion === null ? vram : `${vram} · CUDA ${item.cudaVersion}`;
}

/** `16 threads · 62.6 GiB memory`. */
export function hardwareWords(item: Pick<ListingListItem, 'cpuThreads' | 'memoryBytes'>): string {
  return `${threadsWords(item.cpuThreads)} · ${formatBytes(item.memoryBytes)} memory`;
}

export function threadsWords(threads: number | null): string {
  return threads === null ? '– threads' : `${formatInteger(threads)} ${threads === 1 ? 'thread' : 'threads'}`;
}

/** The access mode where there is little room. */
export const rootWords: Readonly<Record<AccessMode, string>> = { unix_user: 'no root', container: 'root inside' };

export function scoreWords(score: number | null): string {
  return score === null ? 'not measured' : formatInteger(score);
}

/** What an hour of one GPU costs, for machines that have one; stands below the price of an hour. */
export function gpuHourWords(item: Pick<ListingListItem, 'pricePerHour' | 'currency' | 'gpuCount'>): string | null {
  const micros = pricePerGpuHour(item.pricePerHour, item.gpuCount);
  return micros === null ? null : `${formatMoney(roundedForDisplay(micros), item.currency)} / GPU`;
}

/** Price per hour ÷ CPU score × 1000. */
export function performanceWords(item: Pick<ListingListItem, 'pricePerHour' | 'currency' | 'cpuScore'>): string {
  const micros = pricePerScore(item.pricePerHour, item.cpuScore);
  return micros === null ? '–' : formatMoney(roundedForDisplay(micros), item.currency);
}
