import type { Machine } from '../machines/machine.ts';
import type { MachineTarget, RemoteWork } from '../machines/machine-host.ts';
import type { BenchmarkKind, BenchmarkResult } from './benchmark.ts';

export interface BenchmarkOutcome {
  readonly result: BenchmarkResult;
  /** The tools' own output, kept by its hash. */
  readonly rawOutput: string;
  readonly rawOutputSha256: string;
}

/** One way of measuring. Session, signal and progress reach it through its factory. */
export interface BenchmarkStrategy {
  readonly kind: BenchmarkKind;
  /** @throws DomainError host_tool_missing (names what to install), host_command_failed, machine_unreachable */
  run(machine: Machine): Promise<BenchmarkOutcome>;
}

/** Runs the strategy that the registry chooses for a kind on a machine. */
export interface BenchmarkRunner {
  /** The kinds that can be measured on this machine, in the order to run them. */
  kindsFor(machine: Machine): readonly BenchmarkKind[];
  run(
    target: MachineTarget,
    machine: Machine,
    kind: BenchmarkKind,
    work: RemoteWork & { readonly onProgress: (percent: number) => void },
  ): Promise<BenchmarkOutcome>;
}
