import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment, lastLines } from '../processes/run-program.ts';
import type { ProcessStat } from '../processes/process-identity.ts';
import { descendantsOf } from '../processes/process-tree.ts';
import { waitUntil } from '../processes/wait-until.ts';
import type { ContainerEngine } from './lab-host.ts';

/** `unified`: systemd that is shown version 2 control groups only; releases after Debian 12 start on nothing else. */
export type HostInit = 'systemd' | 'unified' | 'plain';

export interface SupervisorSettings {
  folder: string;
  machineName: string;
  hostname: string;
  rootPath: string;
  init: HostInit;
  containers: ContainerEngine | undefined;
  diskImage: string;
  diskEphemeral: boolean;
  diskMb: number;
  memoryMaxMb: number | undefined;
  tasksMax: number;
  timeZone: string;
  interfaceName: string;
  address: string;
  gateway: string;
  /** A file that is locked while the host runs, or `undefined`. */
  lockPath: string | undefined;
}

const stopTimeoutMs = 20_000;
const errorBytesMax = 8 * 1024;
const script = fileURLToPath(new URL('./supervise.sh', import.meta.url));

/** Our side of supervise.sh: the process that keeps one host, and what it says. */
export class Supervisor {
  readonly pid: number;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #settings: SupervisorSettings;
  #boots = 0;
  #bootPid: number | undefined;
  #errors = '';
  #ended = false;
  #down = false;

  constructor(settings: SupervisorSettings) {
    this.#settings = settings;
    this.#child = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', script, 'main'], {
      env: { ...cleanEnvironment, ...environmentOf(settings) },
      cwd: '/',
      // Its own process group: a Ctrl-C at the owner's terminal must reach the owner only, who then ends the host.
      detached: true,
    });
    if (this.#child.pid === undefined) throw new Error('unshare (util-linux) cannot be started');
    this.pid = this.#child.pid;
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString('utf8')).slice(-errorBytesMax);
    });
    this.#child.on('exit', () => {
      this.#ended = true;
      this.#bootPid = undefined;
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const [word, pid] = line.split(' ');
      if (word === 'boot') {
        this.#boots += 1;
        this.#bootPid = Number(pid);
        this.#down = false;
      } else if (word === 'down') {
        this.#bootPid = undefined;
        this.#down = true;
      }
    });
  }

  /** How often the host was booted. */
  get boots(): number {
    return this.#boots;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The host switched itself off, or could not boot. A power cut, and the power that comes back, boots it again. */
  get down(): boolean {
    return this.#down;
  }

  /**
   * The host's first process, as this machine numbers it, or `undefined` while there is none. With systemd it is the
   * child of systemd-nspawn once it has become systemd; without, the first child of the booting process.
   */
  leader(): number | undefined {
    if (this.#bootPid === undefined) return undefined;
    const below = descendantsOf(this.#bootPid);
    if (this.#settings.init === 'plain') return below[0]?.pid;
    const nspawn = below.find((stat) => stat.command === 'systemd-nspawn');
    return below.find((stat) => stat.parentPid === nspawn?.pid && stat.command === 'systemd')?.pid;
  }

  /** Every process of the host, as this machine numbers them. */
  processes(): ProcessStat[] {
    return this.#bootPid === undefined ? [] : descendantsOf(this.#bootPid);
  }

  powerCut(): void {
    this.#child.stdin.write('power-cut\n');
  }

  /** Ends the host and resolves when nothing of it is left. Safe to call again. */
  async stop(): Promise<void> {
    this.#child.stdin.end();
    await waitUntil('end of the host', stopTimeoutMs, () => (this.#ended ? true : undefined), 5);
  }

  /** What went wrong, as far as the supervisor and the host's console told. */
  complaint(): string {
    let console = '';
    try {
      console = readFileSync(join(this.#settings.folder, 'console.log'), 'utf8');
    } catch {
      // A supervisor that ended took its folder along.
    }
    return lastLines(`${console}\n${this.#errors}`) || 'no message';
  }
}

function environmentOf(settings: SupervisorSettings): Record<string, string> {
  return {
    LAB_FOLDER: settings.folder,
    LAB_MACHINE: settings.machineName,
    LAB_HOSTNAME: settings.hostname,
    LAB_ROOT: settings.rootPath,
    LAB_INIT: settings.init,
    LAB_CONTAINERS: settings.containers ?? '',
    LAB_DISK_IMAGE: settings.diskImage,
    LAB_DISK_EPHEMERAL: settings.diskEphemeral ? '1' : '',
    LAB_DISK_MB: String(settings.diskMb),
    LAB_MEMORY_MAX_BYTES: settings.memoryMaxMb === undefined ? '' : String(settings.memoryMaxMb * 1024 * 1024),
    LAB_TASKS_MAX: String(settings.tasksMax),
    LAB_TIME_ZONE: settings.timeZone,
    LAB_INTERFACE: settings.interfaceName,
    LAB_ADDRESS: settings.address,
    LAB_GATEWAY: settings.gateway,
    LAB_LOCK: settings.lockPath ?? '',
  };
}
