import type { ProgramResult } from '../processes/run-program.ts';
import type { HostTrouble } from '../troubles/host-trouble.ts';
import type { StockSystem } from '../roots/root-recipe.ts';
import type { ConsoleOptions } from './console.ts';

/**
 * `bare` lacks what a benchmark or an administrator needs; `no-systemd` has sshd, cron and no service manager. `stock` is a release as it
 * installs itself, with root alone.
 */
export type HostFlavour = 'debian' | 'bare' | 'no-systemd' | 'stock';

export type ContainerEngine = 'podman' | 'docker';

export interface HostOptions {
  flavour: HostFlavour;
  /** Which release. Only with `stock`, and always there. */
  system?: StockSystem;
  /** A container engine, and the freedom it needs. Only with `debian`. */
  containers?: ContainerEngine;
  /** A name of the zone database; UTC when not given. */
  timeZone?: string;
  /** A host that comes back under the same id with the same disk, address and host keys. */
  persistent?: { id: string; stateDir: string };
  readOnlyRoot?: boolean;
  memoryMaxMb?: number;
  /** Size of the disk, 16 GiB when not given. Space is used on this machine only as the host writes. */
  diskMb?: number;
}

export interface HostKey {
  /** As sshd writes it: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`. */
  type: string;
  /** The key in base64, as in a known_hosts file. */
  key: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  fingerprint: string;
}

/** One running throw-away host. */
export interface LabHost {
  readonly name: string;
  readonly flavour: HostFlavour;
  /** IPv4 address. Only the machine that runs the lab can reach it. */
  readonly address: string;
  readonly sshPort: 22;
  /** The machine that runs the lab, as the host sees it: where our connections come from. */
  readonly gateway: string;
  /** Accounts that may administer the host: root, and on `debian` and `no-systemd` a user with sudo. No keys are in place. */
  readonly adminUsers: readonly string[];
  /** Public host keys as they lie on the host's disk now. */
  hostKeys(): Promise<HostKey[]>;
  /** Runs a shell script as root on the console, not over SSH. Rejects when the host is off, never for an exit status. */
  run(script: string, options?: ConsoleOptions): Promise<ProgramResult>;
  /** Boots again and resolves when sshd answers. With `powerCut` nothing in the host is told; so a host comes on that is off. */
  reboot(options?: { powerCut?: boolean }): Promise<void>;
  /** Ends the host and all that belongs to it; a persistent one leaves its disk. Safe to call again. */
  stop(): Promise<void>;
  readonly trouble: HostTrouble;
}
