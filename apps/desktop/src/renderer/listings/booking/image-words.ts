import type { ListingDetailRead } from '@rsm/api/schemas/listings';
import { formatBytes } from '../../format/size.ts';

export type OfferedImage = ListingDetailRead['images'][number];

/** Name, versions and size: `PyTorch · CUDA 12.4 · pytorch 2.4.1 · 6.5 GiB`. */
export function imageWords(image: Pick<OfferedImage, 'name' | 'cudaVersion' | 'frameworks' | 'sizeBytes'>): string {
  return [
    image.name,
    ...(image.cudaVersion === null ? [] : [`CUDA ${image.cudaVersion}`]),
    ...Object.entries(image.frameworks).map(([name, version]) => `${name} ${version}`),
    formatBytes(image.sizeBytes),
  ].join(' · ');
}

/** @param age of the last look, such as “3 hours ago”; null where nobody looked */
export function imageStateWords(image: Pick<OfferedImage, 'isOnMachine'>, age: string | null): string {
  if (image.isOnMachine !== true || age === null) return 'Whether it is on this machine already was not looked up yet.';
  return `Already on this machine: seen ${age}.`;
}
