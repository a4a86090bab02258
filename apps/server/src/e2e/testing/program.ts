import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { waitFor } from '../../demo/wait-for.ts';

/** The real command line under plain Node, as npm starts it: nothing of Vite or vitest is in between. */
const MAIN = resolve(import.meta.dirname, '../../main.ts');
/** Two cores start several processes and a Postgres beside them. */
const START_LIMIT_MS = 120_000;

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface StartOptions {
  /** Another entry than the product's own, for tests that put something in a real part's place. */
  readonly main?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Whom it runs as, when not as the test itself. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** One running process of the product. */
export class Program {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #output = { out: '', err: '' };

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#output.out += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#output.err += text));
    this.ended = new Promise((done) => {
      child.once('close', (status) => done({ status, ...this.#output }));
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('The process could not be started.');
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it wrote so far, both streams. */
  get text(): string {
    return `${this.#output.out}${this.#output.err}`;
  }

  /** Waits until it has written a text. @throws Error at once when it ends before, with what it said */
  async says(text: string, limitMs = START_LIMIT_MS): Promise<void> {
    await waitFor(`the process to say ${text}`, limitMs, () => {
      if (this.text.includes(text)) return Promise.resolve(true);
      if (!this.isRunning) throw new Error(`It ended before it said ${text}: ${this.text}`);
      return Promise.resolve(null);
    });
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(signal);
    return this.ended;
  }
}

/** Starts one command of the command line. */
export function startProgram(args: readonly string[], { cwd, env, main = MAIN, user }: StartOptions): Program {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    ...user,
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Program(child);
}
