import type { MachineId } from '../common/ids.ts';
import type { Endpoint, HostKey, Machine, MachineCheck } from './machine.ts';
import type { MachineFacts } from './machine-facts.ts';
import type { BenchmarkTool, MachineSoftware, PackageManager } from './machine-software.ts';
import type { ProbeOutcome } from './machine-minutes.ts';

/** Everything that is needed to talk to one machine under one of its two keys. Lives in memory only. */
export interface MachineTarget {
  readonly machineId: MachineId;
  readonly endpoint: Endpoint;
  readonly sshUser: string;
  readonly hostKey: HostKey;
  /** `control` acts, `verifier` only looks. */
  readonly credential: 'control' | 'verifier';
  /** OpenSSH private key text. Opened as late as possible, never logged. */
  readonly privateKey: string;
}

/** Limits and abort for one piece of remote work. Every implementation ends at `signal`, whatever it waits for. */
export interface RemoteWork {
  readonly signal: AbortSignal;
  /** Named in the command log, such as `inspect` or `wipe:<id>`. */
  readonly purpose: string;
}

export interface HostKeyScanner {
  /** Reads the key that the address presents, without logging in. @throws DomainError invalid_address, machine_unreachable */
  scan(endpoint: Endpoint, work: RemoteWork & { readonly machineId: MachineId }): Promise<HostKey>;
}

export interface Inspection {
  readonly checks: readonly MachineCheck[];
  readonly facts: MachineFacts;
  /** Null where we did not get in. */
  readonly software: MachineSoftware | null;
}

export interface MachineInspector {
  /**
   * Runs the list of checks and reads the facts. A failed check is an answer, not an error.
   * @throws DomainError host_key_changed, which is never an answer
   */
  inspect(target: MachineTarget, verifier: MachineTarget, machine: Machine, work: RemoteWork): Promise<Inspection>;
}

export interface MachineProber {
  /** One cheap look; never throws for an unreachable machine. @throws DomainError host_key_changed */
  probe(target: MachineTarget, work: RemoteWork): Promise<{ outcome: ProbeOutcome; detail: string | null }>;
}

export interface ToolInstaller {
  /**
   * Installs those of the tools that are missing, with the machine's own package manager, and answers what is missing then. May be
   * repeated.
   * @throws DomainError host_command_failed with what the package manager said, host_key_changed, machine_unreachable
   */
  install(
    target: MachineTarget,
    wish: { readonly tools: readonly BenchmarkTool[]; readonly packageManager: PackageManager },
    work: RemoteWork,
  ): Promise<Pick<MachineSoftware, 'packageManager' | 'missingTools'>>;
}

/** The text that a provider pastes on his machine, and the text that takes it away again. */
export interface OnboardingBlocks {
  render(input: { machine: Machine }): { readonly grant: string; readonly takeAway: string };
}

export interface KeyPairMaker {
  /** A fresh ed25519 pair in OpenSSH format; the comment names the machine and the purpose. */
  make(comment: string): { readonly publicKey: string; readonly privateKey: string };
}

export interface MachineAddressPolicy {
  /**
   * Resolves the address and refuses what we never dial; the same check runs again before every dial.
   * @throws DomainError invalid_address, which names the field `field`
   */
  assertAllowed(endpoint: Endpoint, field: string): Promise<void>;
}
