import type { BookingId, MachineId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { Machine } from '../machines/machine.ts';
import type { MachineTarget, RemoteWork } from '../machines/machine-host.ts';
import type { CanaryMark, CanaryStatement } from './canary.ts';
import type { PlannedStep, WipeFinding, WipeStep, WipeStrategyKind } from './data-wipe.ts';

/** The booking's names on the machine: all that strategies and the verifier share. */
export interface BookingTraces {
  readonly bookingId: BookingId;
  readonly machineId: MachineId;
  readonly accountName: string;
  readonly uid: number;
  readonly publicKeys: readonly string[];
  readonly startedAt: Instant;
  /** What the verifier kept of the machine before anybody was let in, in its own form. Null where there is none. */
  readonly baseline: string | null;
}

/** What the verifier looks for. What executes a wipe is never told of the markers. */
export interface SoughtBooking extends BookingTraces {
  /** Absent where planting was never begun. */
  readonly canaries?: readonly CanaryMark[];
}

/** One way of removing traces. Session, signal and progress reach it through its factory. */
export interface DataWipeStrategy {
  readonly kind: WipeStrategyKind;
  /** Runs its steps; each is idempotent. A failed step is in the answer; a lost connection is thrown. */
  execute(machine: Machine, booking: BookingTraces): Promise<readonly WipeStep[]>;
}

/** Told of each step as it ends; the next one waits until it was noted. What it throws ends the run. */
export interface WipeWork extends RemoteWork {
  readonly onStep: (step: WipeStep) => Promise<void>;
}

/** Told of what each look saw as it ends; the next one waits until it was noted. What it throws ends the looking. */
export interface VerifyWork extends RemoteWork {
  readonly onFindings: (findings: readonly WipeFinding[]) => Promise<void>;
}

/** Runs the plan. Every plan begins with revocation: lock, kill, prove empty. */
export interface WipeRunner {
  /** The steps of a plan in the order in which they are run, for progress. A revocation that fails is the last that is run. */
  stepsOf(plan: readonly WipeStrategyKind[]): readonly PlannedStep[];
  run(
    target: MachineTarget,
    machine: Machine,
    booking: BookingTraces,
    plan: readonly WipeStrategyKind[],
    work: WipeWork,
  ): Promise<readonly WipeStep[]>;
}

/** Looks for traces with its own key, code and command catalogue. */
export interface WipeVerifier {
  /** The names of all checks of a booking, in the order in which they are made. */
  checksOf(booking: { readonly hasCanaries: boolean }): readonly string[];
  /**
   * What the machine is before a booking's access is begun, for the comparison after its clean-up.
   * @throws DomainError host_command_failed when it cannot be seen whole
   */
  takeBaseline(target: MachineTarget, work: RemoteWork): Promise<string>;
  verify(target: MachineTarget, booking: SoughtBooking, work: VerifyWork): Promise<readonly WipeFinding[]>;
}

export interface CertificateSubject {
  readonly machine: Machine;
  readonly booking: {
    readonly id: BookingId;
    readonly start: Instant;
    readonly end: Instant;
    readonly accessEndedAt: Instant | null;
  };
  readonly plan: readonly WipeStrategyKind[];
  readonly steps: readonly WipeStep[];
  readonly findings: readonly WipeFinding[];
  readonly canaries: CanaryStatement;
  readonly verdict: 'verified' | 'failed' | 'unverifiable';
  readonly certificateId: string;
  readonly dataWipeId: string;
  readonly previousSha256: string | null;
  readonly issuedAt: Instant;
}

/** Signs reports. Pure computation: may be called anywhere outside a transaction. */
export interface CertificateIssuer {
  issue(
    subject: CertificateSubject,
  ): Promise<{ readonly jws: string; readonly keyId: string; readonly sha256: string }>;
  /** The published key set (RFC 7517), public halves only. */
  publicKeySet(): { readonly keys: readonly Record<string, unknown>[] };
}
