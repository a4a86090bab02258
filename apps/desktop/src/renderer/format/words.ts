import type { BookingStatus, EndReason } from '@rsm/domain/bookings/booking';
import type { BenchmarkKind, BenchmarkStatus } from '@rsm/domain/benchmarks/benchmark';
import type { DataWipeStatus, WipeFinding, WipeStrategyKind, WipeVerdict } from '@rsm/domain/data-wipes/data-wipe';
import type { CancellationPolicy, ListingStatus } from '@rsm/domain/listings/listing';
import type { AccessMode, MachineStatus, QuarantineReason, Reachability } from '@rsm/domain/machines/machine';
import type { Tone } from '../ui/badge.tsx';

/** What states and choices are called on screen, and in which tone they are shown. */
interface Word {
  readonly label: string;
  readonly tone: Tone;
}

export const bookingStatusWords: Readonly<Record<BookingStatus, Word>> = {
  scheduled: { label: 'Scheduled', tone: 'info' },
  provisioning: { label: 'Getting ready', tone: 'info' },
  active: { label: 'Active', tone: 'success' },
  revoking: { label: 'Ending', tone: 'warning' },
  wiping: { label: 'Cleaning up', tone: 'warning' },
  quarantined: { label: 'Clean-up not verified', tone: 'danger' },
  completed: { label: 'Completed', tone: 'neutral' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
  failed: { label: 'Failed, nothing charged', tone: 'danger' },
};

export const endReasonWords: Readonly<Record<EndReason, string>> = {
  ended: 'ended early by the renter',
  expired: 'ran out',
  interrupted: 'interrupted: the machine was down',
  handover: 'left free of charge: the check at the start failed',
  provider: 'ended by the provider',
  admin: 'ended by an administrator',
};

export const machineStatusWords: Readonly<Record<MachineStatus, Word>> = {
  connecting: { label: 'Connecting', tone: 'info' },
  verified: { label: 'Verified', tone: 'success' },
  quarantined: { label: 'Quarantined', tone: 'danger' },
  retired: { label: 'Retired', tone: 'neutral' },
};

export const quarantineReasonWords: Readonly<Record<QuarantineReason, string>> = {
  wipe: 'its last clean-up is not verified',
  host_key_changed: 'its host key changed',
  facts_changed: 'its hardware changed',
};

export const reachabilityWords: Readonly<Record<Reachability, Word>> = {
  unknown: { label: 'Not checked yet', tone: 'neutral' },
  reachable: { label: 'Reachable', tone: 'success' },
  unreachable: { label: 'Unreachable', tone: 'danger' },
};

export const listingStatusWords: Readonly<Record<ListingStatus, Word>> = {
  draft: { label: 'Draft', tone: 'neutral' },
  active: { label: 'On the market', tone: 'success' },
  paused: { label: 'Paused', tone: 'warning' },
  archived: { label: 'Archived', tone: 'neutral' },
};

export const benchmarkKindWords: Readonly<Record<BenchmarkKind, string>> = {
  cpu: 'Processor',
  memory: 'Memory',
  storage: 'Storage',
  network: 'Network',
  gpu: 'GPU',
};

export const benchmarkStatusWords: Readonly<Record<BenchmarkStatus, Word>> = {
  queued: { label: 'Queued', tone: 'neutral' },
  running: { label: 'Running', tone: 'info' },
  succeeded: { label: 'Measured', tone: 'success' },
  failed: { label: 'Failed', tone: 'danger' },
};

export const dataWipeStatusWords: Readonly<Record<DataWipeStatus, Word>> = {
  pending: { label: 'Waiting', tone: 'neutral' },
  running: { label: 'Running', tone: 'info' },
  verified: { label: 'Verified', tone: 'success' },
  failed: { label: 'Failed', tone: 'danger' },
  unverifiable: { label: 'Can’t be verified', tone: 'danger' },
};

export const verdictWords: Readonly<Record<WipeVerdict, Word>> = {
  verified: { label: 'Verified', tone: 'success' },
  failed: { label: 'Failed', tone: 'danger' },
  unverifiable: { label: 'Can’t be verified', tone: 'danger' },
};

export const findingWords: Readonly<Record<WipeFinding['verdict'], Word>> = {
  clean: { label: 'Clean', tone: 'success' },
  found: { label: 'Something left', tone: 'danger' },
  could_not_look: { label: 'Could not look', tone: 'warning' },
};

export const accessModeWords: Readonly<Record<AccessMode, string>> = {
  unix_user: 'Account (no root)',
  container: 'Container (root inside)',
};

export const wipeStrategyWords: Readonly<Record<WipeStrategyKind, string>> = {
  ssh_key_removal: 'Your SSH keys are taken off the machine, so that nobody can log in with them any more.',
  home_directory_purge: 'Your home directory and every file that you own anywhere on the machine are deleted.',
  user_deletion: 'Your processes are ended and your account with its jobs is removed.',
  container_destroy: 'Your container with its volumes, networks and images is destroyed.',
};

export const cancellationPolicyWords: Readonly<
  Record<CancellationPolicy, { readonly label: string; readonly rule: string }>
> = {
  flexible: {
    label: 'Flexible',
    rule: 'Cancel free at any time before the start. End early and pay only for the time used, with a minimum of 10 minutes.',
  },
  moderate: {
    label: 'Moderate',
    rule: 'Cancel free until 24 hours before the start, then for half. Ending early also costs half of at most 24 hours of the rest.',
  },
  strict: {
    label: 'Strict',
    rule: 'Cancel free until 7 days before the start, then for half, and for all of it in the last 24 hours. Ending early also costs at most 7 days of the rest.',
  },
};
