import type { BookingId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { RenterNetwork } from './renter-network.ts';
import type { AccessMode } from '../machines/machine.ts';
import type { MachineTarget, RemoteWork } from '../machines/machine-host.ts';

/** What the access code needs to know of a booking. All names on the machine derive from it. */
export interface AccessSpec {
  readonly bookingId: BookingId;
  /** `container`: the account is only the door into it. */
  readonly mode: AccessMode;
  /** What the container is made from, by its digest. Null: the installation's first image. */
  readonly image: string | null;
  readonly accountName: string;
  /** uid and gid; from the machine's range, never reused. */
  readonly uid: number;
  readonly publicKeys: readonly string[];
  /** What the fence on the machine lets through. */
  readonly network: RenterNetwork;
  /** When the watchdog on the machine ends the access without us. */
  readonly deadlineAt: Instant;
}

export interface RevocationReport {
  /** True when no login is possible and no process of the account is left, both read back from the machine. */
  readonly ended: boolean;
  readonly endedAt: Instant;
  readonly detail: string;
}

/** Gives and takes access on a machine. Each method may be repeated: "already there" and "already gone" are success. */
export interface AccessHost {
  /** Returns the deadline that was read back from the watchdog. Access counts only after that. */
  provision(target: MachineTarget, spec: AccessSpec, work: RemoteWork): Promise<{ readonly deadlineAt: Instant }>;
  /** Moves the watchdog's deadline and returns what was read back. */
  moveDeadline(target: MachineTarget, spec: AccessSpec, work: RemoteWork): Promise<{ readonly deadlineAt: Instant }>;
  /** Locks the account, SIGTERM, 60 s later SIGKILL, proves empty. */
  revoke(target: MachineTarget, spec: AccessSpec, work: RemoteWork): Promise<RevocationReport>;
}
