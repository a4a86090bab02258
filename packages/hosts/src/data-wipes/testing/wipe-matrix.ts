import type { WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';

/** What a renter left, each in another corner of the machine. A run of the matrix plants all of them. */
export const residues = [
  'account', 'group entry', 'home', 'accepted key', 'key of root', 'file elsewhere', 'setuid program', 'file by group', 'file in /tmp', 'shared memory', 'semaphore',
  'crontab', 'at job', 'mail', 'lingering', 'process', 'watchdog', 'mount',
] as const; // prettier-ignore

/** What a booking of a container left, on the machine and within. */
export const containerResidues = [
  'container', 'second container', 'process', 'volume', 'file in the volume', 'nameless volume', 'network', 'image layer', 'nftables table', 'door', 'line of hosts',
  'account', 'home', 'accepted key', 'key of root', 'file elsewhere', 'watchdog',
] as const; // prettier-ignore
export type Residue = (typeof residues)[number] | (typeof containerResidues)[number];

/** What the machine does when the strategy's turn comes. */
export const misbehaviours = [
  'none', 'cut before each step', 'cut after each step', 'cut as the verifier looks', 'full disk', 'missing tool', 'process returns', 'unkillable process', 'read-only root', 'reboot', 'changed host key', 'host gone for good',
] as const; // prettier-ignore
export type Misbehaviour = (typeof misbehaviours)[number];

/** The strategies of `unix_user`, in the order of its plan; and the one of `container`, on a machine of its own. */
export const accountStrategies = ['ssh_key_removal', 'home_directory_purge', 'user_deletion'] as const;
export const matrixStrategies = [
  ...accountStrategies,
  'container_destroy',
] as const satisfies readonly WipeStrategyKind[];
export type MatrixStrategy = (typeof matrixStrategies)[number];

/**
 * How a run ends. `again`: no verdict yet, the workflow runs the plan once more. `alarm`: the host key changed, nothing more is sent, and
 * the wipe is unverifiable. `gone`: as `again` until the clean-up's limit of 24 hours, then unverifiable.
 */
export type MatrixEnd = 'verified' | 'failed' | 'unverifiable' | 'again' | 'alarm' | 'gone';

export interface MatrixCell {
  readonly ends: MatrixEnd;
  /** What still lies there when the trouble struck and the run is over; everything else is gone. `not asked`: it depends on the moment. */
  readonly left: readonly Residue[] | 'not asked';
  /** What of it systemd-logind takes away ten seconds after the last session (logind.conf(5): RemoveIPC, UserStopDelaySec), if the run is slower. */
  readonly orGone?: readonly Residue[];
  /** How the next run ends, once the trouble is over; of a changed host key, once the provider has confirmed the new one. */
  readonly afterwards: 'verified';
}

const clean: MatrixCell = { ends: 'verified', left: [], afterwards: 'verified' };
const cut: MatrixCell = { ends: 'again', left: 'not asked', afterwards: 'verified' };
const failed = (...left: readonly Residue[]): MatrixCell => ({ ends: 'failed', left, afterwards: 'verified' });
const everywhere = (cell: MatrixCell): MatrixRow => ({
  ssh_key_removal: cell,
  home_directory_purge: cell,
  user_deletion: cell,
  container_destroy: cell,
});

/** What the end of access takes away before any strategy begins: the steps of the revocation, and logind with the last session. */
const goneWithAccess: readonly Residue[] = ['shared memory', 'semaphore', 'crontab', 'at job', 'lingering'];

/** Null where the strategy makes no difference and another column says it. */
type MatrixRow = Readonly<Record<MatrixStrategy, MatrixCell | null>>;

/** What each cell has to end in. Each is one run on a real host with every residue planted (wipe-matrix.lab.test.ts). */
export const wipeMatrix: Readonly<Record<Misbehaviour, MatrixRow>> = {
  none: everywhere(clean),
  'cut before each step': everywhere(cut),
  'cut after each step': everywhere(cut),
  'cut as the verifier looks': { ssh_key_removal: null, home_directory_purge: null, user_deletion: clean, container_destroy: clean },
  'full disk': {
    ssh_key_removal: failed('key of root'),
    home_directory_purge: clean,
    user_deletion: failed('account', 'group entry'),
    container_destroy: clean,
  },
  'missing tool': {
    ssh_key_removal: failed('key of root'),
    home_directory_purge: { ...failed('shared memory', 'semaphore'), orGone: ['shared memory', 'semaphore'] },
    user_deletion: failed('account', 'group entry'),
    container_destroy: failed('container', 'second container', 'volume', 'file in the volume', 'nameless volume', 'network', 'image layer'),
  },
  // userdel(8) takes no account away in whose name something runs.
  'process returns': { ...everywhere(failed('account', 'group entry', 'process')), container_destroy: failed('process', 'account') },
  'unkillable process': {
    ...everywhere(failed(...residues.filter((residue) => !goneWithAccess.includes(residue)))),
    container_destroy: failed(...containerResidues),
  },
  'read-only root': {
    ssh_key_removal: failed(
      'account', 'group entry', 'home', 'accepted key', 'key of root', 'file elsewhere', 'setuid program', 'file by group', 'mail', 'watchdog',
    ),
    home_directory_purge: failed('account', 'group entry', 'home', 'file elsewhere', 'setuid program', 'file by group', 'mail', 'watchdog'),
    user_deletion: failed('account', 'group entry', 'watchdog'),
    container_destroy: failed(...containerResidues.filter((residue) => residue !== 'process' && residue !== 'nftables table')),
  },
  // The connection is made anew when the machine is back, and the run goes on.
  reboot: everywhere(clean),
  'changed host key': everywhere({ ends: 'alarm', left: 'not asked', afterwards: 'verified' }),
  'host gone for good': everywhere({ ends: 'gone', left: 'not asked', afterwards: 'verified' }),
}; // prettier-ignore
