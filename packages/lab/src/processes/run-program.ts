import { spawn } from 'node:child_process';

export interface ProgramResult {
  /** Exit status, or `null` when a signal (ours at the time limit, or another's) ended the program. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** True when a stream had more than `outputBytesMax`; the rest was read and thrown away. */
  truncated: boolean;
  timedOut: boolean;
}

export interface ProgramOptions {
  timeoutMs: number;
  input?: string | undefined;
  env?: Readonly<Record<string, string>>;
  outputBytesMax?: number;
}

/** The environment of every program the lab starts: nothing of the caller's environment may reach a host. */
export const cleanEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
};

const outputBytesMaxDefault = 1024 * 1024;

/** A program that ended may have left children that hold its pipes; this is how long their output is still awaited. */
const drainMs = 200;

/**
 * Runs a program in its own process group with bounded output and a time limit, after which the whole group gets
 * SIGKILL. Never rejects because of an exit status; rejects when the program cannot be started.
 */
export function runProgram(file: string, args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: options.env ?? cleanEnvironment, cwd: '/', detached: true });
    const stdout = new BoundedText(options.outputBytesMax ?? outputBytesMaxDefault);
    const stderr = new BoundedText(options.outputBytesMax ?? outputBytesMaxDefault);
    let timedOut = false;
    const killGroup = () => {
      timedOut = true;
      if (child.pid !== undefined) killProcessGroup(child.pid);
    };
    const limit = setTimeout(killGroup, options.timeoutMs);
    let settled = false;
    const settle = (exitCode: number | null) => {
      if (settled) return;
      settled = true;
      clearTimeout(limit);
      child.stdout.destroy();
      child.stderr.destroy();
      const truncated = stdout.truncated || stderr.truncated;
      resolve({ exitCode, stdout: stdout.text(), stderr: stderr.text(), truncated, timedOut });
    };
    child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
    child.on('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.on('close', (exitCode) => settle(exitCode));
    // On a busy machine the time is over before what lies in the pipes was read: timers come before input in Node's loop, and
    // what is set with setImmediate after it. One round reads what has arrived, the second one what that had held back.
    const settleAfterReading = (exitCode: number | null): void => {
      setImmediate(() => setImmediate(() => settle(exitCode)));
    };
    child.on('exit', (exitCode) => setTimeout(() => settleAfterReading(exitCode), drainMs));
    // A program that ends without reading its input closes the pipe; that is its right and no error of ours.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** Runs a program and throws, with the end of its error output, when it does not exit with 0. Returns its output. */
export async function runProgramOrThrow(
  file: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<string> {
  const result = await runProgram(file, args, options);
  if (result.exitCode !== 0) {
    const why = result.timedOut ? `took longer than ${options.timeoutMs} ms` : `exit status ${result.exitCode}`;
    throw new Error(`${file} ${args.slice(0, 4).join(' ')}: ${why}: ${lastLines(result.stderr || result.stdout)}`);
  }
  return result.stdout;
}

/** The end of a program's output, short enough for an error message. */
export function lastLines(text: string, linesMax = 8): string {
  return text.trim().split('\n').slice(-linesMax).join('\n').slice(-2000);
}

export function killProcessGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: the group ended by itself in the meantime, which is what was wanted.
  }
}

class BoundedText {
  truncated = false;
  readonly #bytesMax: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(chunk: Buffer): void {
    const room = this.#bytesMax - this.#bytes;
    if (chunk.length > room) this.truncated = true;
    if (room <= 0) return;
    const kept = chunk.subarray(0, room);
    this.#bytes += kept.length;
    this.#chunks.push(kept);
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
