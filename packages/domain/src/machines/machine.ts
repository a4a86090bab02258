import type { RenterNetwork } from '../access/renter-network.ts';
import type { MachineId, UnitId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import type { StateGraph } from '../common/state-graph.ts';
import type { MachineFacts } from './machine-facts.ts';

export const machineStatuses = ['connecting', 'verified', 'quarantined', 'retired'] as const;
export type MachineStatus = (typeof machineStatuses)[number];

/** `unreachable` of product.md is not a status: reachability and the host key's state are columns of their own. */
export const machineStateGraph: StateGraph<MachineStatus> = {
  connecting: ['verified', 'retired'],
  verified: ['quarantined', 'retired'],
  quarantined: ['verified', 'retired'],
  retired: [],
};

export const reachabilities = ['unknown', 'reachable', 'unreachable'] as const;
export type Reachability = (typeof reachabilities)[number];

/** none: not read yet; scanned: waits for the provider's confirmation; pinned: the only key we talk to; changed: refused. */
export const hostKeyStates = ['none', 'scanned', 'pinned', 'changed'] as const;
export type HostKeyState = (typeof hostKeyStates)[number];

export const quarantineReasons = ['wipe', 'host_key_changed', 'facts_changed'] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

export const accessModes = ['unix_user', 'container'] as const;
export type AccessMode = (typeof accessModes)[number];

export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, … */
  readonly keyType: string;
  /** Base64 of the raw public key, the second field of a known_hosts line. */
  readonly publicKey: string;
  /** `SHA256:…` as ssh-keygen prints it. */
  readonly fingerprint: string;
}

export interface Endpoint {
  /** Host name or IP address. */
  readonly address: string;
  readonly port: number;
}

/** The two key pairs we use on a machine: one acts, one only looks. The private halves are sealed. */
export interface MachineCredentials {
  readonly controlPublicKey: string;
  readonly controlPrivateKeySealed: string;
  readonly verifierPublicKey: string;
  readonly verifierPrivateKeySealed: string;
}

export interface Machine {
  readonly id: MachineId;
  readonly unitId: UnitId;
  readonly providerId: UserId;
  readonly name: string;
  readonly control: Endpoint;
  /** Where renters connect; the control endpoint when it does not differ. */
  readonly renter: Endpoint;
  readonly sshUser: string;
  /** Where the provider says the machine stands. Can't be read, so it is shown as declared. */
  readonly declaredRegion: string;
  readonly accessMode: AccessMode;
  /** What renters may reach beside the public internet. */
  readonly renterNetwork: RenterNetwork;
  readonly status: MachineStatus;
  readonly quarantineReason: QuarantineReason | null;
  readonly statusReason: string | null;
  readonly reachability: Reachability;
  readonly reachabilityChangedAt: Instant | null;
  readonly hostKeyState: HostKeyState;
  readonly hostKey: HostKey | null;
  /** The last reason why scanning or checking the machine failed, for the provider's screen. */
  readonly lastError: string | null;
  readonly credentials: MachineCredentials;
  readonly facts: MachineFacts | null;
  readonly factsReadAt: Instant | null;
  readonly verifiedAt: Instant | null;
  readonly createdAt: Instant;
}

/** One check of a machine: what we found, what we need, and how to get there. */
export interface MachineCheck {
  readonly id: string;
  readonly title: string;
  readonly actual: string;
  readonly required: string;
  readonly passed: boolean;
  /** Null when the check passed. */
  readonly remedy: string | null;
}

/** One command that we ran on a machine: the provider sees them all. */
export interface MachineCommand {
  readonly machineId: MachineId;
  /** What the command was for, such as `inspect` or `wipe:<id>`. */
  readonly purpose: string;
  /** The template, placeholders unfilled, so that no secret can be in it. */
  readonly template: string;
  /** Null when the connection ended before an exit status came. */
  readonly exitStatus: number | null;
  readonly durationMs: number;
  readonly outputBytes: number;
  readonly startedAt: Instant;
}
