import type { JobPayload } from '../jobs/job.ts';
import type { Workflow, WorkflowOptions } from '../workflows/workflow.ts';
import { DONE } from '../workflows/workflow.ts';
import type { EarningsLedger } from './earnings-ledger.ts';

/** Makes an earning available when the reserve of a new provider is over. */
export function createEarningReleaseWorkflow(
  options: Pick<WorkflowOptions, 'uow' | 'clock'> & { readonly earnings: EarningsLedger },
): Workflow<JobPayload<'earning.release'>> {
  const { clock, earnings, uow } = options;
  return {
    run: ({ earningId }) =>
      uow.run(async (tx) => {
        const earning = await tx.earnings.findById(earningId);
        if (earning === null || earning.availableAt !== null) return DONE;
        if (earning.reservedUntil !== null && clock.now() < earning.reservedUntil) {
          return { kind: 'again', at: earning.reservedUntil };
        }
        await earnings.releaseById(tx, earningId);
        return DONE;
      }),
  };
}
