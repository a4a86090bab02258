import { DomainError } from '@rsm/domain/common/domain-error';
import type { WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';
import type { DataWipeStrategy } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { StepContext } from '../run-step.ts';
import { ContainerDestroy } from './container-destroy.ts';
import { HomeDirectoryPurge } from './home-directory-purge.ts';
import { SshKeyRemoval } from './ssh-key-removal.ts';
import { UserDeletion } from './user-deletion.ts';

export type WipeStrategyFactory = (context: StepContext) => DataWipeStrategy;
export type WipeStrategyRegistry = Readonly<Partial<Record<WipeStrategyKind, WipeStrategyFactory>>>;

/** A new strategy is one file and one line here. */
export const wipeStrategies: WipeStrategyRegistry = Object.freeze({
  ssh_key_removal: (context: StepContext) => new SshKeyRemoval(context),
  home_directory_purge: (context: StepContext) => new HomeDirectoryPurge(context),
  user_deletion: (context: StepContext) => new UserDeletion(context),
  container_destroy: (context: StepContext) => new ContainerDestroy(context),
});

/**
 * Makes the strategies of a plan, in its order, before anything is run.
 * @throws DomainError invalid_input that names the step of the plan for which there is no strategy.
 */
export function strategiesFor(
  plan: readonly WipeStrategyKind[],
  registry: WipeStrategyRegistry,
  context: StepContext,
): readonly DataWipeStrategy[] {
  if (plan.length === 0) {
    throw new DomainError('invalid_input', 'The wipe plan is empty.', {
      field: 'plan',
      remedy: 'Take the plan of the access mode.',
    });
  }
  return plan.map((kind, at) => {
    const make = registry[kind];
    if (make !== undefined) return make(context);
    throw new DomainError('invalid_input', `This installation has no wipe strategy "${kind}".`, {
      field: `plan.${at}`,
      remedy: 'Choose a plan of strategies that are installed.',
    });
  });
}
