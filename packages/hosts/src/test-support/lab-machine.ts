import { labNetwork, type LabHost } from '@rsm/lab';
import type { MachineTarget, RemoteWork } from '@rsm/domain/machines/machine-host';
import type { HostKey } from '@rsm/domain/machines/machine';
import { createAddressGuard } from '../addresses/address-guard.ts';
import { createKeyPairMaker } from '../keys/key-pair-maker.ts';
import type { CommandLogEntry } from '../ssh/command-log.ts';
import { hostKeyOf } from '../ssh/host-key.ts';
import { DEFAULT_SSH_LIMITS, type SshLimits } from '../ssh/ssh-limits.ts';
import { SshPool } from '../ssh/ssh-pool.ts';
import type { SshSession } from '../ssh/ssh-session.ts';
import { anyMachineId, realClock, recordingLog } from './ssh-peer.ts';

/** A lab host with a key of ours in place: what a machine is to the product after onboarding. */
export interface LabMachine {
  readonly target: MachineTarget;
  readonly pool: SshPool;
  readonly entries: readonly CommandLogEntry[];
  session(options?: {
    readonly target?: Partial<MachineTarget>;
    readonly signal?: AbortSignal;
    readonly purpose?: string;
  }): SshSession;
}

/** Work without an end of its own. */
export function anyWork(purpose = 'test', signal: AbortSignal = new AbortController().signal): RemoteWork {
  return { purpose, signal };
}

/** The guard of an installation whose operator named the lab's network. */
export function labGuard() {
  return createAddressGuard({ machineNetworks: [labNetwork], mode: 'demo' });
}

/** The ed25519 host key that lies on the host's disk, read over its console. */
export async function pinnedKeyOf(host: LabHost): Promise<HostKey> {
  const key = (await host.hostKeys()).find((one) => one.type === 'ssh-ed25519');
  if (key === undefined) throw new Error('the host has no ed25519 key');
  return hostKeyOf(Buffer.from(key.key, 'base64'));
}

/** Lets a fresh key in for `user` over the console, and pins the host's key as it is now. */
export async function enrol(
  host: LabHost,
  options: { readonly user?: string; readonly limits?: Partial<SshLimits> } = {},
): Promise<LabMachine> {
  const user = options.user ?? 'root';
  const pair = createKeyPairMaker().make('rsm lab test');
  const installed = await host.run(
    `home=$(getent passwd ${user} | cut -d: -f6)
     install -d -m 700 -o ${user} -g ${user} "$home/.ssh"
     cat >> "$home/.ssh/authorized_keys" && chown ${user}: "$home/.ssh/authorized_keys"`,
    { input: `${pair.publicKey}\n` },
  );
  if (installed.exitCode !== 0) throw new Error(`the key cannot be let in: ${installed.stderr}`);
  const log = recordingLog();
  const pool = new SshPool({
    guard: labGuard(),
    log,
    clock: realClock,
    limits: { ...DEFAULT_SSH_LIMITS, ...options.limits },
  });
  const target: MachineTarget = {
    machineId: anyMachineId(),
    endpoint: { address: host.address, port: host.sshPort },
    sshUser: user,
    hostKey: await pinnedKeyOf(host),
    credential: 'control',
    privateKey: pair.privateKey,
  };
  return {
    target,
    pool,
    entries: log.entries,
    session: (change = {}) => pool.session({ ...target, ...change.target }, anyWork(change.purpose, change.signal)),
  };
}

/** A lab for one test file. Whether there can be one was decided before (tools/vitest/lab-skip.ts). */
export async function openLab() {
  const { prepareLab } = await import('@rsm/lab');
  const prepared = await prepareLab({ log: (line) => void process.stderr.write(`${line}\n`) });
  if (!prepared.available) throw new Error(prepared.reason);
  return prepared.lab;
}
