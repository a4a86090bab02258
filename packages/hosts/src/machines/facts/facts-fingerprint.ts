import { createHash } from 'node:crypto';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';

const GIBIBYTE = 1_073_741_824;

/**
 * SHA-256 over what a renter pays for and what does not change by itself: processor, memory, disks, GPUs, virtualisation.
 * Not in it: free space, kernel, versions and the order of disks, which change with every update or boot. Memory counts in
 * whole GiB rounded up, because a kernel update moves what the kernel keeps for itself by a few megabytes.
 */
export function factsFingerprint(
  facts: Pick<MachineFacts, 'cpu' | 'memory' | 'disks' | 'gpus' | 'virtualization'>,
): string {
  const stable = [
    facts.cpu === null
      ? null
      : [facts.cpu.model, facts.cpu.architecture, facts.cpu.sockets, facts.cpu.cores, facts.cpu.threads],
    facts.memory === null ? null : Math.ceil(facts.memory.totalBytes / GIBIBYTE),
    facts.disks?.map((disk) => [disk.mountPoint, disk.kind, disk.fileSystem, disk.sizeBytes].join(' ')).toSorted() ??
      null,
    facts.gpus?.map((gpu) => [gpu.vendor, gpu.model, gpu.uuid ?? '', gpu.vramBytes ?? ''].join(' ')).toSorted() ?? null,
    facts.virtualization,
  ];
  return createHash('sha256').update(JSON.stringify(stable)).digest('hex');
}
