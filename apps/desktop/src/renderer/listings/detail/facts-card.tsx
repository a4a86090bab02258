import type { ListingDetailRead } from '@rsm/api/schemas/listings';
import type { ReactNode } from 'react';
import { gpuLimits } from '../../format/gpu-words.ts';
import { formatBytes, formatInteger, formatNumber } from '../../format/size.ts';
import { formatDateTime } from '../../format/time.ts';
import { accessModeWords } from '../../format/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { TitledCard } from '../../ui/card.tsx';
import { Facts } from '../../ui/page.tsx';
import { diskKindWords } from '../market/listing-words.ts';

type PublicFacts = NonNullable<ListingDetailRead['machine']['facts']>;
type Gpu = NonNullable<PublicFacts['gpus']>[number];

const NOT_READ = <span className="text-muted-foreground">could not be read</span>;

/** What was read from the machine, when, and the one thing that was only declared. */
export function FactsCard({ machine }: { readonly machine: ListingDetailRead['machine'] }) {
  const { facts, factsReadAt } = machine;
  return (
    <TitledCard
      title="Hardware"
      description={
        factsReadAt === null
          ? 'Nothing was read from the machine yet.'
          : `Read from the machine on ${formatDateTime(factsReadAt)}, over SSH. Nobody typed it in.`
      }
    >
      <Facts
        items={[
          ...(facts === null ? [] : hardwareItems(facts)),
          ['Access', accessModeWords[machine.accessMode]],
          [
            'Region',
            <span key="region" className="inline-flex flex-wrap items-center gap-2">
              {machine.declaredRegion}
              <Badge tone="warning">declared</Badge>
              <span className="text-[13px] text-muted-foreground">said by the provider, not measured</span>
            </span>,
          ],
        ]}
      />
      {facts !== null && facts.unreadable.length > 0 && (
        <div className="mt-4 rounded-md bg-muted px-4 py-3 text-[13px]">
          <p className="font-medium">What could not be read</p>
          <ul className="mt-1 list-disc pl-5">
            {facts.unreadable.map(({ fact, reason }) => (
              <li key={fact}>
                {fact}: {reason}
              </li>
            ))}
          </ul>
        </div>
      )}
    </TitledCard>
  );
}

function hardwareItems(facts: PublicFacts): readonly (readonly [string, ReactNode])[] {
  const { cpu, memory, disks, gpus, containerRuntime } = facts;
  return [
    [
      'Processor',
      cpu === null
        ? NOT_READ
        : `${cpu.model}, ${cpu.architecture}, ${formatInteger(cpu.cores)} cores, ${formatInteger(cpu.threads)} threads` +
          (cpu.sockets > 1 ? `, ${String(cpu.sockets)} sockets` : '') +
          (cpu.maxMhz === null ? '' : `, up to ${formatNumber(cpu.maxMhz / 1_000)} GHz`),
    ],
    [
      'Memory',
      memory === null
        ? NOT_READ
        : `${formatBytes(memory.totalBytes)}${memory.swapBytes > 0 ? `, ${formatBytes(memory.swapBytes)} swap` : ', no swap'}`,
    ],
    ['GPU', gpus === null ? NOT_READ : gpus.length === 0 ? 'none' : <GpuList gpus={gpus} />],
    [
      'Disks',
      disks === null ? (
        NOT_READ
      ) : (
        <ul>
          {disks.map((disk) => (
            <li key={`${disk.device} ${disk.mountPoint}`}>
              <code className="font-mono text-[13px]">{disk.mountPoint}</code> {diskKindWords[disk.kind]},{' '}
              {formatBytes(disk.freeBytes)} of {formatBytes(disk.sizeBytes)} free, {disk.fileSystem}
            </li>
          ))}
        </ul>
      ),
    ],
    ['System', facts.os === null ? NOT_READ : facts.os.prettyName],
    ['Kernel', facts.kernel ?? NOT_READ],
    ['Virtualisation', facts.virtualization ?? NOT_READ],
    ['Containers', containerRuntime === null ? 'no runtime' : `${containerRuntime.name} ${containerRuntime.version}`],
    ['SSH server', facts.sshdVersion ?? NOT_READ],
    ['Its time zone', facts.timeZone ?? NOT_READ],
  ];
}

function GpuList({ gpus }: { readonly gpus: readonly Gpu[] }) {
  return (
    <ul className="flex flex-col gap-1.5">
      {gpus.map((gpu, index) => (
        <li key={index}>
          {gpu.model}, {formatBytes(gpu.vramBytes)} VRAM
          <span className="block text-[13px] text-muted-foreground">{gpuDetails(gpu)}</span>
        </li>
      ))}
    </ul>
  );
}

function gpuDetails(gpu: Gpu): string {
  const parts: string[] = [];
  if (gpu.cudaVersion !== null) parts.push(`CUDA up to ${gpu.cudaVersion}`);
  if (gpu.driverVersion !== null) parts.push(`driver ${gpu.driverVersion}`);
  if (gpu.computeCapability !== null) parts.push(`compute capability ${gpu.computeCapability}`);
  if (gpu.pcieWidth !== null) {
    parts.push(
      `PCIe ${gpu.pcieGeneration === null ? '' : `${String(gpu.pcieGeneration)}.0 `}×${String(gpu.pcieWidth)}`,
    );
  }
  if (gpu.powerLimitWatts !== null) parts.push(`${formatInteger(gpu.powerLimitWatts)} W`);
  if (gpu.eccEnabled !== null) parts.push(gpu.eccEnabled ? 'ECC on' : 'ECC off');
  parts.push(...gpuLimits(gpu));
  return parts.join(' · ');
}
