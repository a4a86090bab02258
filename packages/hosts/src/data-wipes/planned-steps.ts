import type { PlannedStep, WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';

/** Before anything is removed, nobody may be in any more. */
export const revocationSteps = ['revocation: put the script in place', 'revocation: lock, kill, prove empty'] as const;

/** What each strategy runs, in its order, for progress on the screen. A test compares it with what is really run. */
const STEPS: Readonly<Record<WipeStrategyKind, readonly string[]>> = {
  ssh_key_removal: [
    'remove the keys that sshd accepts',
    'remove key files in the home',
    'remove the keys from other key files',
  ],
  home_directory_purge: [
    'unmount what the account mounted',
    'remove the home',
    'remove what systemd keeps for the account',
    'remove cron and at jobs and mail',
    'remove shared memory, semaphores and queues',
    'remove files by owner on every local file system',
  ],
  user_deletion: [
    'remove the account and its group',
    'remove its lines from sshd',
    'have sshd read its configuration again',
    'remove its limits, its fence and its watchdog',
  ],
  container_destroy: [
    'remove the container and its layers',
    'remove its volumes',
    'remove its network',
    'remove images that carry its name',
    'remove the door into it',
    'remove the keys that sshd accepts',
    'remove the keys from other key files',
    'remove the home of its account',
    'remove what systemd keeps for its account',
    'remove cron and at jobs and mail',
    'remove files by owner on every local file system',
    'remove the account and its group',
    'remove its lines from sshd',
    'have sshd read its configuration again',
    'remove its limits, its fence and its watchdog',
  ],
};

/** Every step of a plan. The revocation's are listed under the plan's first strategy, which they belong to. */
export function plannedSteps(plan: readonly WipeStrategyKind[]): readonly PlannedStep[] {
  return plan.flatMap((strategy, index) =>
    [...(index === 0 ? revocationSteps : []), ...STEPS[strategy]].map((name) => ({ strategy, name })),
  );
}
