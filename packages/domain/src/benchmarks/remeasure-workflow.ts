import { benchmarkIdSchema, newId, type MachineId } from '../common/ids.ts';
import { plusMs } from '../common/instant.ts';
import type { JobPayload } from '../jobs/job.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import type { Workflow, WorkflowOptions } from '../workflows/workflow.ts';
import { DONE } from '../workflows/workflow.ts';
import type { BenchmarkRunner } from './benchmark-strategy.ts';
import { queueBenchmark } from './queue-benchmark.ts';
import { dueKinds, nextRemeasureAt, quietRange, REMEASURE_RETRY_MS } from './remeasuring.ts';

/**
 * Asks for what a listing says of its speed to be measured again: weekly, and after every change of facts. One transaction
 * under the calendar's lock, so that it never crosses a booking that is being made.
 */
export function createRemeasureWorkflow(
  options: WorkflowOptions & { readonly runner: Pick<BenchmarkRunner, 'kindsFor'> },
): Workflow<JobPayload<'benchmarks.remeasure'>> {
  return {
    run: async ({ machineId }) => {
      const seen = await options.uow.reads.machines.findById(machineId);
      if (seen === null) return DONE;
      await options.uow.run(async (tx) => {
        await tx.occupancies.lockCalendar(seen.unitId);
        await remeasure(options, tx, machineId);
      });
      return DONE;
    },
  };
}

async function remeasure(
  {
    clock,
    ids,
    runner,
  }: Pick<WorkflowOptions, 'clock' | 'ids'> & { readonly runner: Pick<BenchmarkRunner, 'kindsFor'> },
  tx: Tx,
  machineId: MachineId,
): Promise<void> {
  const machine = await tx.machines.lockById(machineId);
  if (machine?.status !== 'verified' || machine.reachability !== 'reachable') return;
  if ((await tx.listings.findLiveByMachine(machineId))?.status !== 'active') return;
  const now = clock.now();
  if ((await tx.occupancies.listByUnit(machine.unitId, quietRange(now), 1)).length > 0) return;
  const latest = await tx.benchmarks.listLatest(machineId);
  const possible = runner.kindsFor(machine);
  const due = dueKinds(latest, machine.facts?.fingerprint ?? null, now).filter(({ kind }) => possible.includes(kind));
  // Each run that succeeds moves it on by a week; one that does not is tried again after a while and not at once.
  const next = due.length > 0 ? plusMs(now, REMEASURE_RETRY_MS) : nextRemeasureAt(latest, now);
  await tx.benchmarks.setRemeasureAt(machineId, next);
  for (const { kind, origin } of due) {
    if (await tx.benchmarks.existsOpen(machineId, kind)) continue;
    await queueBenchmark(tx, { id: newId(ids, benchmarkIdSchema), machine, kind, origin, at: now });
  }
}
