import type { Benchmark } from '@rsm/domain/benchmarks/benchmark';
import type { BenchmarkRead } from '../schemas/benchmarks.ts';
import { toTime, toTimeOrNull } from './common.ts';

export function toBenchmarkRead(benchmark: Benchmark): BenchmarkRead {
  return {
    id: benchmark.id,
    machineId: benchmark.machineId,
    kind: benchmark.kind,
    origin: benchmark.origin,
    status: benchmark.status,
    progressPercent: benchmark.progressPercent,
    result: benchmark.result,
    driftPercent: benchmark.driftPercent,
    rawOutputSha256: benchmark.rawOutputSha256,
    failureReason: benchmark.failureReason,
    queuedAt: toTime(benchmark.queuedAt),
    startedAt: toTimeOrNull(benchmark.startedAt),
    finishedAt: toTimeOrNull(benchmark.finishedAt),
  };
}
