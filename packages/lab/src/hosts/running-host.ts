import { createHash } from 'node:crypto';
import type { ProgramResult } from '../processes/run-program.ts';
import { lastLines } from '../processes/run-program.ts';
import { waitUntil } from '../processes/wait-until.ts';
import type { ClaimedSlot } from '../slots/slot-registry.ts';
import { createHostTrouble } from '../troubles/host-trouble.ts';
import type { HostTrouble } from '../troubles/host-trouble.ts';
import { runOnConsole } from './console.ts';
import type { ConsoleOptions } from './console.ts';
import type { HostFlavour, HostKey, LabHost } from './lab-host.ts';
import { readSshBanner } from './ssh-banner.ts';
import type { Supervisor } from './supervisor.ts';

/** A host answers within a second or two; a loaded machine with two cores gets much longer. */
const bootTimeoutMs = 60_000;

export interface RunningHostOptions {
  name: string;
  flavour: HostFlavour;
  slot: ClaimedSlot;
  supervisor: Supervisor;
  /** Outside folder of a root that has Python, for the delay relay. */
  toolRootPath: string;
  onStop: (host: RunningHost) => void;
}

export class RunningHost implements LabHost {
  readonly name: string;
  readonly flavour: HostFlavour;
  readonly address: string;
  readonly gateway: string;
  readonly sshPort = 22;
  readonly adminUsers: readonly string[];
  readonly trouble: HostTrouble;
  readonly #supervisor: Supervisor;
  readonly #onStop: (host: RunningHost) => void;

  constructor(options: RunningHostOptions) {
    this.name = options.name;
    this.flavour = options.flavour;
    this.address = options.slot.address;
    this.gateway = options.slot.gateway;
    this.adminUsers = options.flavour === 'bare' || options.flavour === 'stock' ? ['root'] : ['root', 'provider'];
    this.#supervisor = options.supervisor;
    this.#onStop = options.onStop;
    this.trouble = createHostTrouble({
      run: (script, console) => this.runOrThrow(script, console),
      slot: options.slot,
      systemd: options.flavour !== 'no-systemd',
      leader: () => this.#leader(),
      processes: () => options.supervisor.processes(),
      toolRootPath: options.toolRootPath,
    });
  }

  async run(script: string, options: ConsoleOptions = {}): Promise<ProgramResult> {
    return await runOnConsole(this.#leader(), script, options);
  }

  /** Like `run`, but throws with the end of the error output when the script does not exit with 0. */
  async runOrThrow(script: string, options: ConsoleOptions = {}): Promise<string> {
    const result = await this.run(script, options);
    if (result.exitCode === 0) return result.stdout;
    const why = result.timedOut ? 'took too long' : `exit status ${result.exitCode}`;
    throw new Error(`${this.name}: console script: ${why}: ${lastLines(result.stderr || result.stdout)}`);
  }

  async hostKeys(): Promise<HostKey[]> {
    const text = await this.runOrThrow('cat /etc/ssh/ssh_host_*_key.pub');
    return text.trim().split('\n').map(parseHostKey);
  }

  async reboot(options: { powerCut?: boolean } = {}): Promise<void> {
    const boots = this.#supervisor.boots;
    // Without systemd nothing answers a reboot call, so the plug is all there is.
    if (options.powerCut === true || this.flavour === 'no-systemd') this.#supervisor.powerCut();
    else await this.run('systemctl reboot');
    await waitUntil(`${this.name} going down`, bootTimeoutMs, () =>
      this.#supervisor.boots > boots ? true : undefined,
    );
    this.trouble.forgetCable();
    await this.waitUntilUp();
  }

  /** Resolves when sshd answers and the host's start is over, so that ordinary users may log in (pam_nologin(8)). */
  async waitUntilUp(): Promise<void> {
    try {
      await waitUntil(`${this.name} answering on port 22`, bootTimeoutMs, () => this.#banner());
      if (this.flavour === 'no-systemd') return;
      // The answer may be "degraded", as on many a real machine; only the end of the start matters.
      await this.run('systemctl is-system-running --wait', { timeoutMs: bootTimeoutMs });
    } catch (error) {
      throw new Error(`${this.name} did not start: ${this.#supervisor.complaint()}`, { cause: error });
    }
  }

  async stop(): Promise<void> {
    this.trouble.forgetCable();
    await this.#supervisor.stop();
    this.#onStop(this);
  }

  async #banner(): Promise<true | undefined> {
    if (this.#supervisor.ended || this.#supervisor.down) throw new Error(`${this.name} ended`);
    if (this.#supervisor.leader() === undefined) return undefined;
    return (await readSshBanner(this.address, 22, 1000)) === undefined ? undefined : true;
  }

  #leader(): number {
    const leader = this.#supervisor.leader();
    if (leader === undefined) throw new Error(`${this.name} is not running`);
    return leader;
  }
}

function parseHostKey(line: string): HostKey {
  const [type, key] = line.split(' ');
  if (type === undefined || key === undefined) throw new Error(`not a public host key: ${line.slice(0, 80)}`);
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '');
  return { type, key, fingerprint: `SHA256:${digest}` };
}
