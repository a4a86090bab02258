import type { AccessGrantId, BookingId, MachineId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { AccessTraces } from './access-history.ts';
import type { StateGraph } from '../common/state-graph.ts';
import type { AccessMode, Endpoint, HostKey } from '../machines/machine.ts';

export const accessGrantStatuses = ['pending', 'active', 'revoked'] as const;
export type AccessGrantStatus = (typeof accessGrantStatuses)[number];

export const accessGrantStateGraph: StateGraph<AccessGrantStatus> = {
  pending: ['active', 'revoked'],
  active: ['revoked'],
  revoked: [],
};

/** What lets the renter in. */
export interface AccessGrant {
  readonly id: AccessGrantId;
  readonly bookingId: BookingId;
  readonly machineId: MachineId;
  readonly mode: AccessMode;
  readonly status: AccessGrantStatus;
  readonly accountName: string;
  readonly uid: number;
  readonly endpoint: Endpoint;
  readonly hostKey: HostKey;
  /** The deadline that was read back from the watchdog on the machine. */
  readonly watchdogDeadlineAt: Instant | null;
  readonly grantedAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly createdAt: Instant;
}

/**
 * The account's name on the machine, derived from the booking: `rsm-` and the last 16 hexadecimal digits of its id, which
 * are random in a UUIDv7. 20 characters, well below the 32 that useradd(8) admits.
 */
export function accountNameOf(bookingId: BookingId): string {
  return `rsm-${bookingId.replaceAll('-', '').slice(-16)}`;
}

export interface AccessGrantReads {
  findByBooking(bookingId: BookingId): Promise<AccessGrant | null>;
  /** The keys that a booking was made with and the ends that were agreed on. */
  findTraces(bookingId: BookingId): Promise<AccessTraces>;
}

export interface AccessGrantRepository extends AccessGrantReads {
  /** One grant per booking. @throws DomainError conflict */
  insert(grant: AccessGrant): Promise<void>;
  /** Guarded. @throws DomainError wrong_state */
  changeStatus(
    bookingId: BookingId,
    change: { from: AccessGrantStatus; to: AccessGrantStatus; at: Instant; watchdogDeadlineAt?: Instant },
  ): Promise<void>;
  setWatchdogDeadline(bookingId: BookingId, deadlineAt: Instant): Promise<void>;
}
