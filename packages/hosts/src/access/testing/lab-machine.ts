import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountNameOf } from '@rsm/domain/access/access-grant';
import { CLOSED_RENTER_NETWORK, type RenterNetwork } from '@rsm/domain/access/renter-network';
import type { AccessSpec } from '@rsm/domain/access/access-host';
import { bookingIdSchema } from '@rsm/domain/common/ids';
import { instant } from '@rsm/domain/common/instant';
import type { AccessMode } from '@rsm/domain/machines/machine';
import type { VerifyWork, WipeWork } from '@rsm/domain/data-wipes/data-wipe-strategy';
import type { MachineTarget } from '@rsm/domain/machines/machine-host';
import type { LabHost } from '@rsm/lab';
import { createKeyPairMaker } from '../../keys/key-pair-maker.ts';
import type { CommandLogEntry } from '../../ssh/command-log.ts';
import { SshPool } from '../../ssh/ssh-pool.ts';
import { anyWork, labGuard, pinnedKeyOf } from '../../test-support/lab-machine.ts';
import { anyMachineId, realClock, recordingLog } from '../../test-support/ssh-peer.ts';

/** A lab host that the product was let in to with both of its keys. */
export interface LabMachine {
  readonly host: LabHost;
  readonly pool: SshPool;
  readonly log: readonly CommandLogEntry[];
  readonly control: MachineTarget;
  readonly verifier: MachineTarget;
  /** Nobody follows the progress of its clean-ups. */
  readonly work: WipeWork & VerifyWork;
}

/** Puts the product's two keys on the host, as a provider would with the block that we show him. */
export async function adoptLabHost(host: LabHost, user = 'root'): Promise<LabMachine> {
  const [control, verifier] = ['control', 'verifier'].map((comment) => createKeyPairMaker().make(comment));
  if (control === undefined || verifier === undefined) throw new Error('unreachable');
  const installed = await host.run(
    `home=$(getent passwd ${user} | cut -d: -f6)
     install -d -m 700 -o ${user} -g ${user} "$home/.ssh"
     cat > "$home/.ssh/authorized_keys" && chown ${user}: "$home/.ssh/authorized_keys"`,
    { input: `${control.publicKey}\n${verifier.publicKey}\n` },
  );
  if (installed.exitCode !== 0) throw new Error(`the keys cannot be let in: ${installed.stderr}`);
  const machine = {
    machineId: anyMachineId(),
    endpoint: { address: host.address, port: host.sshPort },
    sshUser: user,
    hostKey: await pinnedKeyOf(host),
  };
  const log = recordingLog();
  return {
    host,
    pool: new SshPool({ guard: labGuard(), log, clock: realClock }),
    log: log.entries,
    control: { ...machine, credential: 'control', privateKey: control.privateKey },
    verifier: { ...machine, credential: 'verifier', privateKey: verifier.privateKey },
    work: { ...anyWork(), onStep: async () => undefined, onFindings: async () => undefined },
  };
}

/** A renter with a fresh key, and the access that he booked. */
export class Renter {
  readonly spec: AccessSpec;
  readonly #machine: LabMachine;
  readonly #dir = mkdtempSync(join(tmpdir(), 'rsm-renter-'));
  readonly #open: ChildProcess[] = [];

  constructor(
    machine: LabMachine,
    options: {
      readonly uid: number;
      readonly endsInMs?: number;
      readonly network?: RenterNetwork;
      readonly mode?: AccessMode;
    },
  ) {
    this.#machine = machine;
    const pair = createKeyPairMaker().make('renter');
    writeFileSync(join(this.#dir, 'key'), pair.privateKey, { mode: 0o600 });
    const { keyType, publicKey } = machine.control.hostKey;
    writeFileSync(join(this.#dir, 'known_hosts'), `${machine.host.address} ${keyType} ${publicKey}\n`);
    const bookingId = bookingIdSchema.parse(anyMachineId());
    this.spec = {
      bookingId,
      mode: options.mode ?? 'unix_user',
      image: null,
      accountName: accountNameOf(bookingId),
      uid: options.uid,
      publicKeys: [pair.publicKey.split(' ').slice(0, 2).join(' ')],
      network: options.network ?? CLOSED_RENTER_NETWORK,
      deadlineAt: instant(Date.now() + (options.endsInMs ?? 3_600_000)),
    };
  }

  /** The stock OpenSSH client, as the renter would run it. Answers its exit status and what it printed. */
  async ssh(
    command: string,
    options: { readonly timeoutMs?: number; readonly keyFile?: string; readonly input?: string } = {},
  ): Promise<{ status: number | null; output: string }> {
    const child = this.#start('ssh', ['-T', this.#target, command], {
      ...(options.keyFile === undefined ? {} : { keyFile: options.keyFile }),
      stdin: options.input === undefined ? 'ignore' : 'pipe',
    });
    child.stdin?.end(options.input);
    let output = '';
    child.stdout?.on('data', (piece: Buffer) => (output += piece.toString()));
    child.stderr?.on('data', (piece: Buffer) => (output += piece.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 20_000);
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(timer);
    return { status, output };
  }

  /** What a login without a command prints, with `typed` at its terminal. */
  login(typed: string): Promise<string> {
    return printedBy(this.#start('ssh', ['-tt', this.#target], { stdin: 'pipe' }), typed);
  }

  /** What the stock sftp program prints for one command. */
  sftp(command: string): Promise<string> {
    return printedBy(this.#start('sftp', ['-b', '-', this.#target], { stdin: 'pipe' }), `${command}\n`);
  }

  /** What comes back through `ssh -W`, which opens the same kind of channel as a port forward. */
  forward(to: string, send = ''): Promise<string> {
    return printedBy(this.#start('ssh', ['-W', to, this.#target], { stdin: 'pipe' }), send);
  }

  /** A session that stays open. `closed` resolves when it ended, whoever ended it. */
  async openSession(command = 'sleep 600'): Promise<{ closed: Promise<void>; isOpen: () => boolean }> {
    const child = this.#start('ssh', ['-tt', this.#target, `echo ready; ${command}`]);
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

  get #target(): string {
    return `${this.spec.accountName}@${this.#machine.host.address}`;
  }

  #start(
    program: 'ssh' | 'sftp',
    args: readonly string[],
    options: { readonly keyFile?: string; readonly stdin?: 'ignore' | 'pipe' } = {},
  ): ChildProcess {
    const flags = [
      'BatchMode=yes',
      'IdentitiesOnly=yes',
      'ConnectTimeout=10',
      'LogLevel=ERROR',
      `UserKnownHostsFile=${join(this.#dir, 'known_hosts')}`,
    ].flatMap((option) => ['-o', option]);
    const keyFile = options.keyFile ?? join(this.#dir, 'key');
    const child = spawn(program, ['-F', 'none', '-i', keyFile, ...flags, ...args], {
      stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
    });
    this.#open.push(child);
    return child;
  }
}

/** How long a program that should end by itself may take. */
const PROGRAM_MS_MAX = 20_000;

async function printedBy(child: ChildProcess, typed: string): Promise<string> {
  let output = '';
  child.stdout?.on('data', (piece: Buffer) => (output += piece.toString()));
  child.stdin?.end(typed);
  const timer = setTimeout(() => child.kill('SIGKILL'), PROGRAM_MS_MAX);
  await new Promise<void>((resolve) => child.once('close', () => resolve()));
  clearTimeout(timer);
  return output;
}
