import { spawn, type ChildProcess } from 'node:child_process';
import { waitFor } from '../../demo/wait-for.ts';
import type { SystemUser } from './system-programs.ts';

const START_LIMIT_MS = 60_000;

/** A program of the system that runs in the foreground as long as a test needs it. */
export class SystemServer {
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  #said = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#said = `${this.#said}${text}`.slice(-20_000)));
    }
    this.ended = new Promise((done) => void child.once('close', () => done()));
  }

  /** @param isUp null while it does not answer yet */
  static async start(
    file: string,
    args: readonly string[],
    options: { readonly user?: SystemUser | undefined; readonly isUp: () => Promise<true | null> },
  ): Promise<SystemServer> {
    const child = spawn(file, [...args], {
      ...options.user,
      cwd: '/',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new SystemServer(child);
    await waitFor(`${file} to answer`, START_LIMIT_MS, async () => {
      if (child.exitCode !== null) throw new Error(`${file} ended: ${server.#said}`);
      return options.isUp();
    });
    return server;
  }

  get said(): string {
    return this.#said;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    await this.ended;
  }
}
