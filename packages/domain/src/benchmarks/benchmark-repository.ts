import type { BenchmarkId, MachineId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { Benchmark, BenchmarkKind, BenchmarkResult, BenchmarkStatus } from './benchmark.ts';

export interface BenchmarkReads {
  findById(id: BenchmarkId): Promise<Benchmark | null>;
  /** Newest first. */
  listByMachine(machineId: MachineId, request: PageRequest): Promise<Page<Benchmark>>;
  /** The newest succeeded run of each kind. */
  listLatest(machineId: MachineId): Promise<readonly Benchmark[]>;
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
      rawOutputSha256?: string;
      failureReason?: string;
    },
  ): Promise<void>;
  setProgress(id: BenchmarkId, progressPercent: number): Promise<void>;
  /** Keeps a raw output once, however often it is offered. */
  keepRawOutput(output: { sha256: string; text: string }): Promise<void>;
  existsOpen(machineId: MachineId, kind: BenchmarkKind): Promise<boolean>;
}
