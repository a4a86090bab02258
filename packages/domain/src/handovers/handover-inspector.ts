import type { MachineTarget, RemoteWork } from '../machines/machine-host.ts';
import type { Machine } from '../machines/machine.ts';
import type { ExpectedSpeed } from './expected-speed.ts';
import type { HandoverCheck } from './handover.ts';

/** What a handover is held against. */
export interface HandoverSubject {
  /** With the facts that its listing shows. */
  readonly machine: Machine;
  /** The renter's own account: what runs under it is his. */
  readonly account: { readonly name: string; readonly uid: number };
  /** As it was measured for the listing, or why there is nothing to compare with. */
  readonly speed: ExpectedSpeed | { readonly missing: string };
}

export interface HandoverReport {
  readonly checks: readonly HandoverCheck[];
  readonly rawOutput: string;
  readonly rawOutputSha256: string;
}

export interface HandoverInspector {
  /**
   * Compares a machine with what its renter was promised, with commands that only look and compute. A failed check is an answer.
   * @throws DomainError host_key_changed, machine_unreachable
   */
  inspect(target: MachineTarget, subject: HandoverSubject, work: RemoteWork): Promise<HandoverReport>;
}
