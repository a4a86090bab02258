import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { accountNameOf } from '@rsm/domain/access/access-grant';
import type { AccessSpec } from '@rsm/domain/access/access-host';
import { bookingIdSchema, machineIdSchema } from '@rsm/domain/common/ids';
import { instant, type Clock } from '@rsm/domain/common/instant';
import type { MachineTarget, RemoteWork } from '@rsm/domain/machines/machine-host';
import { prepareLab, type HostOptions, type Lab, type LabHost } from '@rsm/lab';
import type { AddressGuard, CheckedAddress } from '../../addresses/checked-address.ts';
import type { CommandLogEntry } from '../../ssh/command-log.ts';
import { SshPool } from '../../ssh/ssh-pool.ts';

export const realClock: Clock = { now: () => instant(Date.now()) };

/** Lab hosts have private addresses; the guard has tests of its own. */
const openGuard: AddressGuard = {
  check: (host) => Promise.resolve({ host, ip: host, family: 4 } as CheckedAddress),
};

/** Answers the lab, or the reason why there is none. With `CI=true` a missing lab is a failure. */
export async function labOrReason(): Promise<{ lab: Lab } | { reason: string }> {
  const made = await prepareLab({ log: (line) => process.stderr.write(`${line}\n`) });
  if (made.available) return { lab: made.lab };
  if (process.env['CI'] === 'true') throw new Error(made.reason);
  return { reason: made.reason };
}

/** A fresh UUIDv7. */
export function freshId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const random = crypto.randomUUID();
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

/** A lab host that the product was let in to, with both of its keys, and a door for renters. */
export interface LabMachine {
  readonly host: LabHost;
  readonly pool: SshPool;
  readonly log: CommandLogEntry[];
  readonly control: MachineTarget;
  readonly verifier: MachineTarget;
  readonly work: RemoteWork;
  close(): Promise<void>;
}

export async function startLabMachine(lab: Lab, options: HostOptions): Promise<LabMachine> {
  return adoptLabHost(await lab.startHost(options));
}

/** Puts the product's two keys on the host, as a provider would with the block that we show him. */
export async function adoptLabHost(host: LabHost): Promise<LabMachine> {
  const control = ssh2.utils.generateKeyPairSync('ed25519');
  const verifier = ssh2.utils.generateKeyPairSync('ed25519');
  await host.run('mkdir -p -m 700 /root/.ssh && cat > /root/.ssh/authorized_keys', {
    input: `${control.public}\n${verifier.public}\n`,
  });
  const key = (await host.hostKeys()).find(({ type }) => type === 'ssh-ed25519');
  if (key === undefined) throw new Error('the host has no ed25519 key');
  const machineId = machineIdSchema.parse(freshId());
  const targetOf = (credential: 'control' | 'verifier', privateKey: string): MachineTarget => ({
    machineId,
    endpoint: { address: host.address, port: host.sshPort },
    sshUser: 'root',
    hostKey: { keyType: key.type, publicKey: key.key, fingerprint: key.fingerprint },
    credential,
    privateKey,
  });
  const log: CommandLogEntry[] = [];
  const pool = new SshPool({ guard: openGuard, clock: realClock, log: { record: (entry) => void log.push(entry) } });
  return {
    host,
    pool,
    log,
    control: targetOf('control', control.private),
    verifier: targetOf('verifier', verifier.private),
    work: { signal: new AbortController().signal, purpose: 'test' },
    close: async () => {
      pool.close();
      await host.stop();
    },
  };
}

/** A renter with a fresh key, and the access that he booked. */
export class Renter {
  readonly spec: AccessSpec;
  readonly #machine: LabMachine;
  readonly #dir = mkdtempSync(join(tmpdir(), 'rsm-renter-'));
  readonly #open: ChildProcess[] = [];

  constructor(machine: LabMachine, options: { readonly uid: number; readonly endsInMs?: number }) {
    this.#machine = machine;
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    writeFileSync(join(this.#dir, 'key'), pair.private, { mode: 0o600 });
    const { keyType, publicKey } = machine.control.hostKey;
    writeFileSync(join(this.#dir, 'known_hosts'), `${machine.host.address} ${keyType} ${publicKey}\n`);
    const bookingId = bookingIdSchema.parse(freshId());
    this.spec = {
      bookingId,
      accountName: accountNameOf(bookingId),
      uid: options.uid,
      publicKeys: [pair.public.split(' ').slice(0, 2).join(' ')],
      deadlineAt: instant(Date.now() + (options.endsInMs ?? 3_600_000)),
    };
  }

  /** The stock OpenSSH client, as the renter would run it. Answers its exit status and what it printed. */
  async ssh(
    command: string,
    options: { readonly timeoutMs?: number; readonly keyFile?: string } = {},
  ): Promise<{ status: number | null; output: string }> {
    const child = this.#spawn(['-T', command], options.keyFile);
    let output = '';
    child.stdout?.on('data', (piece: Buffer) => (output += piece.toString()));
    child.stderr?.on('data', (piece: Buffer) => (output += piece.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 20_000);
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(timer);
    return { status, output };
  }

  /** A session that stays open. `closed` resolves when it ended, whoever ended it. */
  async openSession(command = 'sleep 600'): Promise<{ closed: Promise<void>; isOpen: () => boolean }> {
    const child = this.#spawn(['-tt', `echo ready; ${command}`]);
    let open = true;
    const closed = new Promise<void>((resolve) =>
      child.once('close', () => {
        open = false;
        resolve();
      }),
    );
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (piece: Buffer) => {
        if (piece.toString().includes('ready')) resolve();
      });
      child.once('close', () => reject(new Error('the session ended before it began')));
    });
    return { closed, isOpen: () => open };
  }

  /** Writes a private key that the renter can log in with instead of his own. */
  keyFile(privateKey: string): string {
    const file = join(this.#dir, `key-${crypto.randomUUID()}`);
    writeFileSync(file, privateKey, { mode: 0o600 });
    return file;
  }

  dispose(): void {
    for (const child of this.#open) child.kill('SIGKILL');
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #spawn(args: readonly string[], keyFile = join(this.#dir, 'key')): ChildProcess {
    const options = [
      'BatchMode=yes',
      'IdentitiesOnly=yes',
      'ConnectTimeout=10',
      'LogLevel=ERROR',
      `UserKnownHostsFile=${join(this.#dir, 'known_hosts')}`,
    ];
    const flags = options.flatMap((option) => ['-o', option]);
    const [first = '', ...rest] = args;
    const target = `${this.spec.accountName}@${this.#machine.host.address}`;
    const child = spawn('ssh', ['-F', 'none', '-i', keyFile, ...flags, first, target, ...rest], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#open.push(child);
    return child;
  }
}
