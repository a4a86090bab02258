import type { Clock } from '@rsm/domain/common/instant';
import type { WipeStep, WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';
import type { BookingTraces, WipeRunner } from '@rsm/domain/data-wipes/data-wipe-strategy';
import { checkAccount } from '../access/access-values.ts';
import { endAccessNow, installEndScript } from '../access/end-access.ts';
import type { SshPool } from '../ssh/ssh-pool.ts';
import { plannedSteps, revocationSteps } from './planned-steps.ts';
import { StepRunner, type StepContext } from './run-step.ts';
import { strategiesFor, wipeStrategies, type WipeStrategyRegistry } from './strategies/strategy-registry.ts';

export interface WipeRunnerOptions {
  readonly pool: Pick<SshPool, 'session'>;
  readonly clock: Clock;
  /** Between SIGTERM and SIGKILL, should anything still run. Default 60 s. */
  readonly graceSeconds?: number;
  readonly strategies?: WipeStrategyRegistry;
}

/**
 * Runs a wipe plan. Each plan begins with revocation; as long as that is not proven nothing is removed, because a process that is
 * still alive could put things back, or move a link under our feet. After it, a failed step does not keep the others from running.
 */
export function createWipeRunner(options: WipeRunnerOptions): WipeRunner {
  const { pool, clock, graceSeconds = 60, strategies: registry = wipeStrategies } = options;
  return {
    stepsOf: plannedSteps,

    async run(target, machine, booking, plan, work) {
      checkAccount(booking);
      const context: StepContext = {
        session: pool.session(target, work),
        clock,
        onStep: work.onStep,
      };
      const strategies = strategiesFor(plan, registry, context);
      const revocation = await revoke(context, booking, {
        strategy: strategies[0]?.kind ?? 'ssh_key_removal',
        graceSeconds,
      });
      const steps = [...revocation];
      if (revocation.some((step) => !step.succeeded)) return steps;
      for (const strategy of strategies) steps.push(...(await strategy.execute(machine, booking)));
      return steps;
    },
  };
}

/** Lock, kill, prove empty. Its steps are listed under the first strategy of the plan, which they belong to. */
async function revoke(
  context: StepContext,
  booking: BookingTraces,
  options: { readonly strategy: WipeStrategyKind; readonly graceSeconds: number },
): Promise<readonly WipeStep[]> {
  const steps = new StepRunner(context, options.strategy);
  const { accountName: account, uid } = booking;
  const installed = await steps.run(revocationSteps[0], installEndScript, { account });
  if (installed) {
    await steps.run(revocationSteps[1], endAccessNow, {
      account,
      uid,
      graceSeconds: options.graceSeconds,
    });
  }
  return steps.steps;
}
