import type { WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';

/** What a renter left, each in another corner of the machine. A run of the matrix plants all of them. */
export const residues = [
  'account', 'group entry', 'home', 'accepted key', 'key of root', 'file elsewhere', 'file by group', 'file in /tmp', 'shared memory', 'semaphore',
  'crontab', 'at job', 'mail', 'lingering', 'process', 'watchdog', 'mount',
] as const; // prettier-ignore
export type Residue = (typeof residues)[number];

/** What the machine does when the strategy's turn comes. */
export const misbehaviours = [
  'none', 'cut before each step', 'cut after each step', 'full disk', 'missing tool', 'process returns', 'unkillable process', 'read-only root', 'reboot', 'changed host key', 'host gone for good',
] as const; // prettier-ignore
export type Misbehaviour = (typeof misbehaviours)[number];

/** The strategies of `unix_user`, in the order of its plan. */
export const matrixStrategies = [
  'ssh_key_removal',
  'home_directory_purge',
  'user_deletion',
] as const satisfies readonly WipeStrategyKind[];
export type MatrixStrategy = (typeof matrixStrategies)[number];

/**
 * How a run ends. `again`: no verdict yet, the workflow runs the plan once more. `alarm`: the host key changed, nothing more is sent, and
 * the wipe is unverifiable. `gone`: as `again` until the clean-up's limit, then unverifiable.
 */
export type MatrixEnd = 'verified' | 'failed' | 'unverifiable' | 'again' | 'alarm' | 'gone';

export interface MatrixCell {
  readonly ends: MatrixEnd;
  /** What still lies there when the trouble struck and the run is over; everything else is gone. `not asked`: it depends on the moment. */
  readonly left: readonly Residue[] | 'not asked';
  /** How the next run ends, after the trouble is over. Null where it never is. */
  readonly afterwards: 'verified' | null;
}

const clean: MatrixCell = { ends: 'verified', left: [], afterwards: 'verified' };
const cut: MatrixCell = { ends: 'again', left: 'not asked', afterwards: 'verified' };
const alarm: MatrixCell = { ends: 'alarm', left: 'not asked', afterwards: null };
const gone: MatrixCell = { ends: 'gone', left: 'not asked', afterwards: null };
const failed = (...left: readonly Residue[]): MatrixCell => ({ ends: 'failed', left, afterwards: 'verified' });
const everywhere = (cell: MatrixCell): Readonly<Record<MatrixStrategy, MatrixCell>> => ({
  ssh_key_removal: cell,
  home_directory_purge: cell,
  user_deletion: cell,
});

/** What each cell has to end in. Each is one run on a real host with every residue planted (wipe-matrix.lab.test.ts). */
export const wipeMatrix: Readonly<Record<Misbehaviour, Readonly<Record<MatrixStrategy, MatrixCell>>>> = {
  none: everywhere(clean),
  'cut before each step': everywhere(cut),
  'cut after each step': everywhere(cut),
  'full disk': { ssh_key_removal: clean, home_directory_purge: clean, user_deletion: clean },
  'missing tool': { ssh_key_removal: clean, home_directory_purge: clean, user_deletion: clean },
  'process returns': everywhere(failed('process')),
  'unkillable process': everywhere(failed(...residues)),
  'read-only root': { ssh_key_removal: clean, home_directory_purge: clean, user_deletion: clean },
  reboot: everywhere(cut),
  'changed host key': everywhere(alarm),
  'host gone for good': everywhere(gone),
};
