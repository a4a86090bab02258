import { z } from 'zod';
import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import { readOnly } from '../../ssh/command-template.ts';
import { cleanText, linesOf, sectionOf, UnreadableFact, type FactReader } from './fact-reader.ts';

type Disk = NonNullable<MachineFacts['disks']>[number];

const DISKS_MAX = 64;
/** Smaller file systems, such as /boot and the EFI partition, are of no interest to a renter. */
const FILE_SYSTEM_BYTES_MIN = 2_000_000_000;
/** Places of the system itself: what is mounted there, such as one file of another host, is no disk of the machine. */
const SYSTEM_PLACES = /^\/(?:run|proc|sys|dev)(?:\/|$)/;

/**
 * Mounted local file systems (df(1)) and what they lie on (lsblk(8)). A file system without a block device behind it, such
 * as a container's overlay, counts only when it is the root.
 */
export const disksReader: FactReader<Disk[]> = {
  fact: 'disks',
  template: readOnly(
    `echo '=== df'; df -P -T -B1 -l 2>/dev/null
echo '=== lsblk'; lsblk -J -b -o PATH,TYPE,ROTA,TRAN,MODEL,MOUNTPOINT 2>/dev/null
exit 0`,
  ),
  parse(stdout) {
    const mounted = linesOf(sectionOf(stdout, 'df') ?? '')
      .slice(1)
      .flatMap(readDfLine);
    if (!mounted.some((disk) => disk.mountPoint === '/'))
      throw new UnreadableFact('df did not list the root file system');
    const kinds = kindsOf(sectionOf(stdout, 'lsblk') ?? '');
    const seen = new Set<string>();
    return (
      mounted
        .filter(
          (disk) =>
            disk.mountPoint === '/' || (disk.device.startsWith('/dev/') && !disk.device.startsWith('/dev/loop')),
        )
        .filter((disk) => disk.mountPoint === '/' || disk.sizeBytes >= FILE_SYSTEM_BYTES_MIN)
        // The root comes first; the same device mounted twice (bind mounts, subvolumes) counts once.
        .filter((disk) => !SYSTEM_PLACES.test(disk.mountPoint))
        .toSorted((a, b) => Number(b.mountPoint === '/') - Number(a.mountPoint === '/'))
        .filter((disk) => !seen.has(disk.device) && seen.add(disk.device))
        .slice(0, DISKS_MAX)
        .map((disk) => ({ ...disk, kind: kinds.get(disk.device) ?? 'unknown' }))
    );
  },
};

function readDfLine(line: string): Omit<Disk, 'kind'>[] {
  const match = /^(\S.*?)\s+(\S+)\s+(\d+)\s+\d+\s+(\d+)\s+\S+\s+(\/.*)$/.exec(line);
  if (match === null) return [];
  const [, device = '', fileSystem = '', size = '', free = '', mountPoint = ''] = match;
  const sizeBytes = Number(size);
  const freeBytes = Number(free);
  if (!Number.isSafeInteger(sizeBytes) || !Number.isSafeInteger(freeBytes)) return [];
  return [
    {
      device: cleanText(device, 100),
      mountPoint: cleanText(mountPoint, 300),
      fileSystem: cleanText(fileSystem, 40),
      sizeBytes,
      freeBytes,
    },
  ];
}

/** util-linux writes the flag as a boolean since 2.33 and as "0"/"1" before. */
const flagSchema = z.union([z.boolean(), z.enum(['0', '1']).transform((text) => text === '1')]);
interface BlockDevice {
  readonly path: string;
  readonly type: string;
  readonly rota: boolean;
  readonly tran: string | null;
  readonly model: string | null;
  readonly children: readonly BlockDevice[];
}
const blockDeviceSchema: z.ZodType<BlockDevice> = z.object({
  path: z.string(),
  type: z.string(),
  rota: flagSchema,
  tran: z.string().nullable().default(null),
  model: z.string().nullable().default(null),
  children: z.lazy(() => z.array(blockDeviceSchema)).default([]),
});
const lsblkSchema = z.object({ blockdevices: z.array(blockDeviceSchema) });

/** The kind of the disk under each block device: partitions, volumes and arrays take it from what they lie on. */
function kindsOf(lsblk: string): ReadonlyMap<string, Disk['kind']> {
  const kinds = new Map<string, Disk['kind']>();
  const parsed = lsblkSchema.safeParse(parseJson(lsblk));
  const walk = (device: BlockDevice, kind: Disk['kind']): void => {
    const known = kinds.get(device.path);
    // An array over unlike disks is as slow as the slowest of them, and not to be called anything better.
    kinds.set(device.path, known === undefined || known === kind ? kind : 'unknown');
    for (const child of device.children) walk(child, kind);
  };
  for (const device of parsed.data?.blockdevices ?? []) walk(device, kindOf(device));
  return kinds;
}

function kindOf(device: BlockDevice): Disk['kind'] {
  if (
    /^\/dev\/(vd|xvd)/.test(device.path) ||
    /QEMU|VMware|Virtual|Msft|Google|Amazon Elastic|PersistentDisk/i.test(device.model ?? '')
  ) {
    return 'virtual';
  }
  if (device.tran === 'nvme' || device.path.startsWith('/dev/nvme')) return 'nvme';
  if (device.type !== 'disk') return 'unknown';
  return device.rota ? 'hdd' : 'ssd';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
