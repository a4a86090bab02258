import type { MachineRead } from '@rsm/api/schemas/machines';
import type { BenchmarkStatus } from '@rsm/domain/benchmarks/benchmark';
import type { ListingStatus } from '@rsm/domain/listings/listing';

/** The way of a machine onto the market, in order. */
export const connectSteps = ['address', 'block', 'host-key', 'checks', 'benchmarks', 'listing', 'done'] as const;
export type ConnectStep = (typeof connectSteps)[number];

export interface ConnectProgress {
  readonly machine: Pick<MachineRead, 'status' | 'hostKeyState'> | null;
  /** Whether the person said that the block was pasted. Nothing but a login can tell, and that comes later. */
  readonly isPasted: boolean;
  readonly benchmarkStatuses: readonly BenchmarkStatus[];
  readonly listingStatus: ListingStatus | null;
}

/** The first step that is not done yet, from what the server knows: that is how a wizard that was left goes on. */
export function currentStep(progress: ConnectProgress): ConnectStep {
  return connectSteps.find((step) => !isDone(step, progress)) ?? 'done';
}

export function isDone(step: ConnectStep, progress: ConnectProgress): boolean {
  const { machine } = progress;
  if (machine === null) return false;
  switch (step) {
    case 'address':
      return true;
    case 'block':
      // Whoever confirmed a key or passed the checks once has pasted it, also when the key is another one by now.
      return progress.isPasted || machine.status !== 'connecting' || machine.hostKeyState === 'pinned';
    case 'host-key':
      return machine.hostKeyState === 'pinned';
    case 'checks':
      return machine.hostKeyState === 'pinned' && machine.status === 'verified';
    case 'benchmarks':
      return progress.benchmarkStatuses.includes('succeeded');
    case 'listing':
      return progress.listingStatus === 'active';
    case 'done':
      return false;
  }
}

/**
 * Steps that are done can be looked at again; of the others only the first one is open, and the offer as soon as the machine is being
 * measured: it can be written in those minutes, and is published afterwards.
 */
export function isOpen(step: ConnectStep, progress: ConnectProgress): boolean {
  const current = currentStep(progress);
  if (step === 'listing' && current === 'benchmarks' && progress.benchmarkStatuses.length > 0) return true;
  return connectSteps.indexOf(step) <= connectSteps.indexOf(current);
}
