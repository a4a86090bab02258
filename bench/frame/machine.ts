import { availableParallelism, cpus, loadavg, release } from 'node:os';

export interface MachineNote {
  readonly at: string;
  readonly cores: number;
  readonly processor: string;
  readonly kernel: string;
  readonly node: string;
  /** Averages of 1, 5 and 15 minutes. Above the number of cores, times say more about the neighbours than about the product. */
  readonly load: readonly number[];
}

/** Where and when something is measured. */
export function machineNote(): MachineNote {
  return {
    at: new Date().toISOString().slice(0, 16),
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    kernel: release(),
    node: process.version,
    load: loadavg().map((load) => Math.round(load * 10) / 10),
  };
}
