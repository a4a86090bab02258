import type { BookingId, DataWipeId, MachineId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { CanaryRecord, PlantedCanary } from './canary.ts';
import type { Certificate, DataWipe, DataWipeStatus, WipeFinding, WipeStep } from './data-wipe.ts';

export interface DataWipeReads {
  findById(id: DataWipeId): Promise<DataWipe | null>;
  findByBooking(bookingId: BookingId): Promise<DataWipe | null>;
  /** Newest first. */
  listByMachine(machineId: MachineId, request: PageRequest): Promise<Page<DataWipe>>;
  /** Durations of the machine's newest verified wipes, from access ended to verified; at most `limit`. */
  listDurationsMs(machineId: MachineId, limit: number): Promise<readonly number[]>;
  findCertificate(dataWipeId: DataWipeId): Promise<Certificate | null>;
  findLatestCertificate(machineId: MachineId): Promise<Certificate | null>;
  /** The machine's chain, oldest first. */
  listCertificates(machineId: MachineId, request: PageRequest): Promise<Page<Certificate>>;
  /** What was kept of the machine before anybody was let in, or null. */
  findBaseline(bookingId: BookingId): Promise<string | null>;
  /** The markers of a booking, or null when planting was never begun. */
  findCanaries(bookingId: BookingId): Promise<CanaryRecord | null>;
  listDue(now: Instant, limit: number): Promise<readonly DataWipeId[]>;
  /**
   * Whether a clean-up of the machine has come to no good end and no admin has decided about it: it failed, it is
   * unverifiable, or its booking waits in quarantine for it.
   */
  hasUnproven(machineId: MachineId): Promise<boolean>;
}

export interface DataWipeRepository extends DataWipeReads {
  /** One wipe per booking. @throws DomainError conflict */
  insert(wipe: DataWipe): Promise<void>;
  /** Keeps what the machine was before anybody was let in. The first one counts: a later one changes nothing. */
  keepBaseline(bookingId: BookingId, baseline: string): Promise<void>;
  /** Keeps the seed of a booking's markers before the first is planted. The first one counts: a later one changes nothing. */
  keepCanarySeed(bookingId: BookingId, seedSealed: string): Promise<void>;
  /** Notes how planting ended. The first end counts. */
  finishCanaries(
    bookingId: BookingId,
    end: { readonly at: Instant; readonly planted: readonly PlantedCanary[]; readonly note: string | null },
  ): Promise<void>;
  lockById(id: DataWipeId): Promise<DataWipe | null>;
  /** Guarded. @throws DomainError wrong_state */
  changeStatus(
    id: DataWipeId,
    change: {
      from: DataWipeStatus;
      to: DataWipeStatus;
      at: Instant;
      failureReason?: string | null;
    },
  ): Promise<void>;
  /**
   * Begins a try. What a try before it noted stays under its attempt as evidence, and another attempt begins; where nothing was
   * noted, the attempt stays. Guarded. @throws DomainError wrong_state unless it is running
   */
  beginTry(id: DataWipeId): Promise<void>;
  /** Appends a step to the current attempt. Guarded. @throws DomainError wrong_state unless it is running */
  noteStep(id: DataWipeId, step: WipeStep): Promise<void>;
  /** Appends what a look saw to the current attempt. Guarded. @throws DomainError wrong_state unless it is running */
  noteFindings(id: DataWipeId, findings: readonly WipeFinding[]): Promise<void>;
  /**
   * Notes an admin's reasoned release (columns `released_at`, `released_by`, `release_reason`) on every unproven clean-up
   * of the machine (see `hasUnproven`); returns their bookings. A released clean-up does not close the unit's gate any
   * more (`BookingReads.findUncleanPredecessor`).
   */
  releaseByMachine(
    machineId: MachineId,
    release: { at: Instant; by: UserId; reason: string },
  ): Promise<readonly BookingId[]>;
  /**
   * Appends to the machine's chain.
   * @throws DomainError conflict when the predecessor is not the newest certificate any more; sign again then
   */
  insertCertificate(certificate: Certificate): Promise<void>;
}
