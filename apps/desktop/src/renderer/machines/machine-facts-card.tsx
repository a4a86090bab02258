import type { MachineFacts } from '@rsm/domain/machines/machine-facts';
import type { ReactNode } from 'react';
import { gpuLimits } from '../format/gpu-words.ts';
import { formatBytes, formatInteger, formatNumber } from '../format/size.ts';
import { formatDateTimeZone } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Facts } from '../ui/page.tsx';

type Gpu = NonNullable<MachineFacts['gpus']>[number];

/** What was read from the machine, when, and what could not be read and why. */
export function MachineFactsCard({
  facts,
  readAt,
  region,
}: {
  readonly facts: MachineFacts;
  readonly readAt: Date | null;
  readonly region: string;
}) {
  return (
    <TitledCard
      title="Facts"
      description={
        readAt === null ? 'Read from the machine.' : `Read from the machine on ${formatDateTimeZone(readAt)}.`
      }
    >
      <Facts items={factItems(facts, region)} />
      {facts.unreadable.length > 0 && (
        <div className="mt-4">
          <h3 className="text-[13px] font-medium">Could not be read</h3>
          <ul className="mt-1 list-disc pl-5 text-[13px] text-muted-foreground">
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

const NOT_READ = <span className="text-muted-foreground">not read</span>;

function factItems(facts: MachineFacts, region: string): readonly (readonly [string, ReactNode])[] {
  const { cpu, memory, disks, gpus, os, containerRuntime } = facts;
  return [
    [
      'Processor',
      cpu === null
        ? NOT_READ
        : `${cpu.model}, ${formatInteger(cpu.cores)} cores, ${formatInteger(cpu.threads)} threads, ${cpu.architecture}` +
          (cpu.maxMhz === null ? '' : `, up to ${formatNumber(cpu.maxMhz / 1_000)} GHz`),
    ],
    ['Memory', memory === null ? NOT_READ : `${formatBytes(memory.totalBytes)}, swap ${formatBytes(memory.swapBytes)}`],
    ['GPUs', gpus === null ? NOT_READ : gpus.length === 0 ? 'none' : <GpuList gpus={gpus} />],
    [
      'Disks',
      disks === null ? (
        NOT_READ
      ) : (
        <ul className="flex flex-col gap-1">
          {disks.map((disk) => (
            <li key={disk.mountPoint}>
              <code className="font-mono text-[12.5px]">{disk.mountPoint}</code>{' '}
              {disk.kind === 'unknown'
                ? 'unknown type'
                : disk.kind === 'virtual'
                  ? 'virtual disk'
                  : disk.kind.toUpperCase()}
              , {formatBytes(disk.sizeBytes)}, {formatBytes(disk.freeBytes)} free, {disk.fileSystem}
            </li>
          ))}
        </ul>
      ),
    ],
    ['System', os === null ? NOT_READ : os.prettyName],
    ['Kernel', facts.kernel ?? NOT_READ],
    ['Virtualisation', facts.virtualization ?? NOT_READ],
    ['Containers', containerRuntime === null ? 'none' : `${containerRuntime.name} ${containerRuntime.version}`],
    ['SSH server', facts.sshdVersion ?? NOT_READ],
    ['Time zone', facts.timeZone ?? NOT_READ],
    [
      'Region',
      <span key="region" className="flex flex-wrap items-center gap-2">
        {region} <Badge>Declared by you</Badge>
      </span>,
    ],
  ];
}

function GpuList({ gpus }: { readonly gpus: readonly Gpu[] }) {
  return (
    <ul className="flex flex-col gap-1">
      {gpus.map((gpu, index) => (
        <li key={gpu.uuid ?? index}>{gpuText(gpu)}</li>
      ))}
    </ul>
  );
}

/** Everything that was read of a GPU, with its units. */
function gpuText(gpu: Gpu): string {
  const parts = [gpu.model];
  if (gpu.vramBytes !== null) parts.push(`${formatBytes(gpu.vramBytes)} VRAM`);
  if (gpu.driverVersion !== null) parts.push(`driver ${gpu.driverVersion}`);
  if (gpu.cudaVersion !== null) parts.push(`CUDA up to ${gpu.cudaVersion}`);
  if (gpu.computeCapability !== null) parts.push(`compute capability ${gpu.computeCapability}`);
  if (gpu.pcieGeneration !== null && gpu.pcieWidth !== null) {
    parts.push(`PCIe ${String(gpu.pcieGeneration)} ×${String(gpu.pcieWidth)}`);
  }
  if (gpu.powerLimitWatts !== null) parts.push(`${formatInteger(gpu.powerLimitWatts)} W limit`);
  if (gpu.eccEnabled !== null) parts.push(gpu.eccEnabled ? 'ECC on' : 'ECC off');
  parts.push(...gpuLimits(gpu));
  return parts.join(', ');
}
