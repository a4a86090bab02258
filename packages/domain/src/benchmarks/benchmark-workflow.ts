import { DomainError } from '../common/domain-error.ts';
import type { Instant } from '../common/instant.ts';
import type { JobPayload } from '../jobs/job.ts';
import { raiseHostKeyAlarm } from '../machines/host-key-alarm.ts';
import { targetOf } from '../machines/machine-targets.ts';
import type { Machine } from '../machines/machine.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Lease, Workflow, WorkflowOptions } from '../workflows/workflow.ts';
import { DONE, again, backOffMs, messageOf, reasonOf, withLease } from '../workflows/workflow.ts';
import type { BenchmarkOutcome, BenchmarkRunner } from './benchmark-strategy.ts';
import type { Benchmark } from './benchmark.ts';
import { DRIFT_BASELINE_RUNS_MAX, driftPercentOf, isDrift } from './drift.ts';
import { nextRemeasureAt, quietRange } from './remeasuring.ts';

const BENCHMARK_ATTEMPTS_MAX = 3;

/** Runs one queued benchmark. A worker that died is followed by another one, which measures anew. */
export function createBenchmarkWorkflow(
  options: WorkflowOptions & { readonly runner: BenchmarkRunner },
): Workflow<JobPayload<'benchmark.run'>> {
  const { clock, runner, secretBox, uow } = options;

  return {
    async run({ benchmarkId }, { signal }) {
      const seen = await uow.reads.benchmarks.findById(benchmarkId);
      if (seen === null) return DONE;
      // One lease per machine: two benchmarks at once would measure each other.
      return withLease(options, `machine:${seen.machineId}:benchmark`, signal, async (lease) => {
        const benchmark = await uow.reads.benchmarks.findById(benchmarkId);
        const machine = await uow.reads.machines.findById(seen.machineId);
        if (benchmark === null || machine === null) return DONE;
        if (benchmark.status !== 'queued' && benchmark.status !== 'running') return DONE;
        const isStarted = await uow.run(async (tx) => {
          // The calendar's lock, so that no booking comes between the look and the start.
          await tx.occupancies.lockCalendar(machine.unitId);
          await lease.assertHeld(tx);
          return startOrGiveWay(tx, { machine, benchmark }, clock.now());
        });
        if (!isStarted) {
          lease.progressed();
          return DONE;
        }
        let lastTold = 0;
        try {
          const outcome = await runner.run(targetOf(machine, 'control', secretBox), machine, benchmark.kind, {
            signal: lease.signal,
            purpose: `benchmark:${benchmark.id}`,
            onProgress: (percent) => {
              // Whole tens are enough for a progress bar and keep the row cool.
              if (percent < lastTold + 10) return;
              lastTold = percent;
              uow
                .run((tx) => tx.benchmarks.setProgress(benchmark.id, Math.min(99, Math.floor(percent))))
                .catch((error: unknown) => {
                  options.log({ event: 'benchmark_progress_failed', benchmarkId, error: messageOf(error) });
                });
            },
          });
          await finish(options, lease, { machine, benchmark }, outcome);
          lease.progressed();
          return DONE;
        } catch (error) {
          options.log({ event: 'benchmark_try_failed', benchmarkId, attempt: lease.attempt, error: messageOf(error) });
          const code = error instanceof DomainError ? error.code : null;
          const isFinal = code === 'host_tool_missing' || code === 'host_key_changed';
          if (isFinal || lease.attempt >= BENCHMARK_ATTEMPTS_MAX) {
            await fail(options, { machine, benchmark }, reasonOf(error), code === 'host_key_changed');
            lease.progressed();
            return DONE;
          }
          return again(clock, backOffMs(options, lease.attempt));
        }
      });
    },
  };
}

/** A run that nobody asked for gives way to a renter who came meanwhile; it comes back when the machine is free. */
async function startOrGiveWay(tx: Tx, { benchmark, machine }: Subject, at: Instant): Promise<boolean> {
  const { id, origin, status } = benchmark;
  const isTaken =
    origin !== 'requested' && (await tx.occupancies.listByUnit(machine.unitId, quietRange(at), 1)).length > 0;
  await tx.benchmarks.changeStatus(
    id,
    isTaken
      ? {
          from: status,
          to: 'failed',
          at,
          failureReason: 'The machine was taken before this could start. It is measured when it is free.',
        }
      : { from: status, to: 'running', at },
  );
  if (isTaken) await tx.benchmarks.hastenRemeasure(machine.id, at);
  return !isTaken;
}

interface Subject {
  readonly machine: Machine;
  readonly benchmark: Benchmark;
}

async function finish(
  options: WorkflowOptions,
  lease: Lease,
  subject: Subject,
  outcome: BenchmarkOutcome,
): Promise<void> {
  const { benchmark, machine } = subject;
  const at = options.clock.now();
  await options.uow.run(async (tx) => {
    await lease.assertHeld(tx);
    const { factsFingerprint, kind } = benchmark;
    const earlier =
      factsFingerprint === null
        ? []
        : await tx.benchmarks.listOfFacts({ machineId: machine.id, kind, factsFingerprint }, DRIFT_BASELINE_RUNS_MAX);
    const results = earlier.flatMap(({ result }) => (result === null ? [] : [result]));
    const driftPercent = driftPercentOf(outcome.result, results);
    await tx.benchmarks.keepRawOutput({ sha256: outcome.rawOutputSha256, text: outcome.rawOutput });
    await tx.benchmarks.changeStatus(benchmark.id, {
      from: 'running',
      to: 'succeeded',
      at,
      result: outcome.result,
      driftPercent,
      rawOutputSha256: outcome.rawOutputSha256,
    });
    await tx.benchmarks.setRemeasureAt(machine.id, nextRemeasureAt(await tx.benchmarks.listLatest(machine.id), at));
    tell(tx, subject, 'succeeded', `score ${String(outcome.result.score)}.`);
    if (isDrift({ kind, driftPercent })) tellDrift(tx, subject, driftPercent);
  });
}

async function fail(options: WorkflowOptions, subject: Subject, reason: string, isAlarm: boolean): Promise<void> {
  await options.uow.run(async (tx) => {
    const row = await tx.benchmarks.lockById(subject.benchmark.id);
    if (row === null || (row.status !== 'queued' && row.status !== 'running')) return;
    const change = { from: row.status, to: 'failed', at: options.clock.now(), failureReason: reason } as const;
    await tx.benchmarks.changeStatus(row.id, change);
    if (isAlarm) await raiseHostKeyAlarm(tx, subject.machine.id, options.clock.now());
    tell(tx, subject, 'failed', reason);
  });
}

function tell(tx: Tx, { benchmark, machine }: Subject, outcome: 'succeeded' | 'failed', detail: string): void {
  tx.events.add({
    audience: machine.providerId,
    kind: outcome === 'succeeded' ? 'benchmark_succeeded' : 'benchmark_failed',
    subject: 'benchmark',
    subjectId: benchmark.id,
    text: `The ${benchmark.kind} benchmark of ${machine.name} ${outcome}: ${detail}`,
  });
}

/** The provider hears it at once; renters read it on the listing until a later run is as before. */
function tellDrift(tx: Tx, { benchmark, machine }: Subject, driftPercent: number | null): void {
  const percent = driftPercent ?? 0;
  tx.events.add({
    audience: machine.providerId,
    kind: 'benchmark_drifted',
    subject: 'benchmark',
    subjectId: benchmark.id,
    text: `${machine.name} is ${String(Math.abs(percent))} % ${percent < 0 ? 'slower' : 'faster'} than before in its ${benchmark.kind} benchmark. Its listing says so; find out why and measure it again.`,
  });
}
