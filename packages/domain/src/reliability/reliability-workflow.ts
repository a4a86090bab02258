import type { MachineId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, earlier, later, plusMs } from '../common/instant.ts';
import type { JobPayload, NewJob } from '../jobs/job.ts';
import type { Machine } from '../machines/machine.ts';
import { readMinutes } from '../machines/read-minutes.ts';
import type { Reads } from '../unit-of-work/unit-of-work.ts';
import type { Workflow, WorkflowOptions } from '../workflows/workflow.ts';
import { DONE, again, withLease } from '../workflows/workflow.ts';
import type { MachineDay } from './machine-day.ts';
import { dayStartOf, machineDayOf } from './machine-day.ts';
import { RELIABILITY_WINDOW_MS, reliabilityOf } from './reliability.ts';

/** A figure is computed anew when it is so old, and at once when a booking is broken. */
export const RELIABILITY_REFRESH_MS = 6 * HOUR_MS;
/** Days that one try adds up, some 90,000 samples; the next try takes the rest. */
export const DAYS_PER_RUN_MAX = 31;
/** A sample near midnight is judged together with its neighbours on the other side. */
const NEIGHBOURS_MS = 5 * MINUTE_MS;
/** Blocks of one day that are looked at. */
const BLOCKS_PER_DAY_MAX = 1_000;
const WINDOW_DAYS = RELIABILITY_WINDOW_MS / DAY_MS;

/** The job that computes a machine's figure: asked for by the sweep, and by whatever breaks a booking. */
export function reliabilityJob(machineId: MachineId): NewJob<'machine.reliability'> {
  return { name: 'machine.reliability', payload: { machineId }, key: `machine:${machineId}:reliability` };
}

/**
 * Adds up the minutes of the days since the last try and computes the figure from what is then known of the last 180 days. The
 * same days may be added up twice, by two workers at once: the later one replaces what the earlier one wrote.
 */
export function createReliabilityWorkflow(options: WorkflowOptions): Workflow<JobPayload<'machine.reliability'>> {
  const { clock, uow } = options;
  return {
    run: ({ machineId }, { signal }) =>
      withLease(options, `machine:${machineId}:reliability`, signal, async (lease) => {
        const machine = await uow.reads.machines.findById(machineId);
        if (machine === null || machine.status === 'connecting' || machine.status === 'retired') return DONE;
        const now = clock.now();
        const oldestDay = dayStartOf(later(plusMs(now, DAY_MS - RELIABILITY_WINDOW_MS), machine.createdAt));
        const known = await uow.reads.reliability.lastDay(machineId);
        const days: MachineDay[] = [];
        let next = later(oldestDay, known ?? oldestDay);
        for (; next <= now && days.length < DAYS_PER_RUN_MAX; next = plusMs(next, DAY_MS)) {
          lease.signal.throwIfAborted();
          days.push(await addUp(uow.reads, machine, next, now));
        }
        await uow.run(async (tx) => {
          await lease.assertHeld(tx);
          await tx.reliability.saveDays(machineId, days);
          if (next <= now) return;
          const since = plusMs(now, -RELIABILITY_WINDOW_MS);
          const outcomes = await tx.reliability.bookingOutcomes(machineId, since);
          const all = await tx.reliability.listDays(machineId, { since: oldestDay, limit: WINDOW_DAYS });
          await tx.reliability.saveFigure(machineId, reliabilityOf({ ...outcomes, days: all }), now);
        });
        lease.progressed();
        return next <= now ? again(clock, 0) : DONE;
      }),
  };
}

async function addUp(
  reads: Pick<Reads, 'machines' | 'occupancies'>,
  machine: Machine,
  dayStart: Instant,
  now: Instant,
): Promise<MachineDay> {
  const range = {
    start: plusMs(dayStart, -NEIGHBOURS_MS),
    end: earlier(plusMs(dayStart, DAY_MS + NEIGHBOURS_MS), now),
  };
  const spans = await readMinutes(reads, machine.id, range);
  const blocks = await reads.occupancies.listBlocks(machine.unitId, range, BLOCKS_PER_DAY_MAX);
  return machineDayOf(dayStart, spans, blocks);
}
