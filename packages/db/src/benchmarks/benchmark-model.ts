import type {
  Benchmark,
  BenchmarkKind,
  BenchmarkOrigin,
  BenchmarkResult,
  BenchmarkStatus,
} from '@rsm/domain/benchmarks/benchmark';
import type { BenchmarkId, MachineId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';

import { RowModel } from '../common/row-model.ts';

export class BenchmarkModel extends RowModel {
  static override readonly tableName = 'benchmarks';

  declare id: BenchmarkId;
  declare machine_id: MachineId;
  declare kind: BenchmarkKind;
  declare origin: BenchmarkOrigin;
  declare facts_fingerprint: string | null;
  declare status: BenchmarkStatus;
  declare progress_percent: number;
  declare result: BenchmarkResult | null;
  declare drift_percent: number | null;
  declare raw_output_sha256: string | null;
  declare failure_reason: string | null;
  declare queued_at: Instant;
  declare started_at: Instant | null;
  declare finished_at: Instant | null;

  override $instantColumns(): readonly string[] {
    return ['queued_at', 'started_at', 'finished_at'];
  }

  override $documentColumns(): readonly string[] {
    return ['result'];
  }

  toBenchmark(): Benchmark {
    return {
      id: this.id,
      machineId: this.machine_id,
      kind: this.kind,
      origin: this.origin,
      factsFingerprint: this.facts_fingerprint,
      status: this.status,
      progressPercent: this.progress_percent,
      result: this.result,
      driftPercent: this.drift_percent,
      rawOutputSha256: this.raw_output_sha256,
      failureReason: this.failure_reason,
      queuedAt: this.queued_at,
      startedAt: this.started_at,
      finishedAt: this.finished_at,
    };
  }
}
