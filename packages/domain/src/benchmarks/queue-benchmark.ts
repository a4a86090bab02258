import { unreachable } from '../common/domain-error.ts';
import type { BenchmarkId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { Machine } from '../machines/machine.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Benchmark, BenchmarkKind, BenchmarkOrigin } from './benchmark.ts';

/** Queues one run, asks for its job and tells the provider. @throws DomainError conflict when this kind is queued or running */
export async function queueBenchmark(
  tx: Tx,
  wish: {
    readonly id: BenchmarkId;
    readonly machine: Machine;
    readonly kind: BenchmarkKind;
    readonly origin: BenchmarkOrigin;
    readonly at: Instant;
  },
): Promise<Benchmark> {
  const { at, id, kind, machine, origin } = wish;
  const benchmark: Benchmark = {
    id,
    machineId: machine.id,
    kind,
    origin,
    factsFingerprint: machine.facts?.fingerprint ?? null,
    status: 'queued',
    progressPercent: 0,
    result: null,
    driftPercent: null,
    rawOutputSha256: null,
    failureReason: null,
    queuedAt: at,
    startedAt: null,
    finishedAt: null,
  };
  await tx.benchmarks.insert(benchmark);
  tx.jobs.add({ name: 'benchmark.run', payload: { benchmarkId: id }, key: `benchmark:${id}:run` });
  tx.events.add({
    audience: machine.providerId,
    kind: 'benchmark_queued',
    subject: 'benchmark',
    subjectId: id,
    text: `The ${kind} benchmark of ${machine.name} is queued${why(origin)}.`,
  });
  return benchmark;
}

function why(origin: BenchmarkOrigin): string {
  switch (origin) {
    case 'requested':
      return '';
    case 'weekly':
      return ', because its last one is a week old';
    case 'facts_changed':
      return ', because its hardware changed since its last one';
    default:
      return unreachable(origin);
  }
}
