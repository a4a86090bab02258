import type { RenterNetwork } from '../access/renter-network.ts';
import type { BookingId, MachineId, UnitId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { MachineFacts } from './machine-facts.ts';
import type { ProbeSample } from './machine-minutes.ts';
import type {
  HostKey,
  HostKeyState,
  Machine,
  MachineCheck,
  MachineCommand,
  MachineStatus,
  QuarantineReason,
  Reachability,
} from './machine.ts';

export interface MachineReads {
  findById(id: MachineId): Promise<Machine | null>;
  findByUnitId(unitId: UnitId): Promise<Machine | null>;
  /** Newest first. */
  listByProvider(providerId: UserId, request: PageRequest): Promise<Page<Machine>>;
  /** The checks of the last inspection, in their order; empty before the first. */
  listChecks(id: MachineId): Promise<{ readonly checkedAt: Instant | null; readonly checks: readonly MachineCheck[] }>;
  /** Newest first. */
  listCommands(id: MachineId, request: PageRequest): Promise<Page<MachineCommand>>;
  /** Oldest first, at most `limit`. */
  listProbes(id: MachineId, range: { from: Instant; to: Instant; limit: number }): Promise<readonly ProbeSample[]>;
  /**
   * Machines being connected whose next step was asked for and has neither happened nor failed since `before`: the host
   * key was never read, or it is confirmed and the first checks were never made. At most `limit`.
   */
  listStuckConnecting(
    before: Instant,
    limit: number,
  ): Promise<readonly { readonly id: MachineId; readonly step: 'scan' | 'verify' }[]>;
  /** Verified or quarantined machines whose last probe is older than `before`, at most `limit`. */
  listDueForProbe(before: Instant, limit: number): Promise<readonly MachineId[]>;
}

export interface MachineRepository extends MachineReads {
  /** Inserts the machine with its one unit and that unit's calendar row. */
  insert(machine: Machine): Promise<void>;
  lockById(id: MachineId): Promise<Machine | null>;
  /** Guarded by the expected host key state. @throws DomainError wrong_state */
  changeHostKey(
    id: MachineId,
    change: { from: HostKeyState; to: HostKeyState; hostKey: HostKey | null; lastError: string | null },
  ): Promise<void>;
  /** Guarded by the expected status. @throws DomainError wrong_state */
  changeStatus(
    id: MachineId,
    change: {
      from: MachineStatus;
      to: MachineStatus;
      reason: string | null;
      quarantineReason: QuarantineReason | null;
      at: Instant;
    },
  ): Promise<void>;
  setReachability(id: MachineId, reachability: Reachability, at: Instant): Promise<void>;
  setLastError(id: MachineId, lastError: string | null): Promise<void>;
  /** Null facts leave the known ones alone: a machine that could not be read has not lost its hardware. */
  saveInspection(
    id: MachineId,
    inspection: { facts: MachineFacts | null; checks: readonly MachineCheck[]; at: Instant },
  ): Promise<void>;
  rename(id: MachineId, name: string): Promise<void>;
  setRenterNetwork(id: MachineId, network: RenterNetwork): Promise<void>;
  /** Takes the next uid of the machine's range; a uid is never given twice. */
  takeUid(id: MachineId, bookingId: BookingId): Promise<number>;
  insertProbe(sample: ProbeSample & { readonly machineId: MachineId }): Promise<void>;
  insertCommands(commands: readonly MachineCommand[]): Promise<void>;
}

/** First uid (and gid) given to a booking's account: above distributions' 60000 and below systemd's 524288 ranges. */
export const RENTER_UID_FIRST = 200_000;
export const RENTER_UID_LAST = 399_999;
