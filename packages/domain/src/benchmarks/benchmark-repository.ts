import type { BenchmarkId, MachineId } from '../common/ids.ts';
import type { Instant, TimeRange } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { Benchmark, BenchmarkKind, BenchmarkResult, BenchmarkStatus } from './benchmark.ts';

export interface BenchmarkReads {
  findById(id: BenchmarkId): Promise<Benchmark | null>;
  /** Newest first. */
  listByMachine(machineId: MachineId, request: PageRequest): Promise<Page<Benchmark>>;
  /** The newest succeeded run of each kind. */
  listLatest(machineId: MachineId): Promise<readonly Benchmark[]>;
  /** The newest succeeded runs of a kind on these facts, newest first. Runs whose facts are not known are left out. */
  listOfFacts(
    of: { readonly machineId: MachineId; readonly kind: BenchmarkKind; readonly factsFingerprint: string },
    limit: number,
  ): Promise<readonly Benchmark[]>;
  /** Machines on the market that are due for a new measurement, with nothing in their calendar that touches `quiet`; at most `limit`. */
  listDueForRemeasure(now: Instant, quiet: TimeRange, limit: number): Promise<readonly MachineId[]>;
  findRawOutput(sha256: string): Promise<string | null>;
  listDue(now: Instant, limit: number): Promise<readonly BenchmarkId[]>;
}

export interface BenchmarkRepository extends BenchmarkReads {
  /** @throws DomainError conflict when this kind is queued or running on the machine already. */
  insert(benchmark: Benchmark): Promise<void>;
  lockById(id: BenchmarkId): Promise<Benchmark | null>;
  /** Guarded. @throws DomainError wrong_state */
  changeStatus(
    id: BenchmarkId,
    change: {
      from: BenchmarkStatus;
      to: BenchmarkStatus;
      at: Instant;
      result?: BenchmarkResult;
      driftPercent?: number | null;
      rawOutputSha256?: string;
      failureReason?: string;
    },
  ): Promise<void>;
  setProgress(id: BenchmarkId, progressPercent: number): Promise<void>;
  /** Keeps a raw output once, however often it is offered. */
  keepRawOutput(output: { sha256: string; text: string }): Promise<void>;
  /** When the machine is due for a new measurement; null where nothing was measured yet. */
  setRemeasureAt(machineId: MachineId, at: Instant | null): Promise<void>;
  /** Makes a machine that was measured before due at once; others are left alone. */
  hastenRemeasure(machineId: MachineId, at: Instant): Promise<void>;
  existsOpen(machineId: MachineId, kind: BenchmarkKind): Promise<boolean>;
}
