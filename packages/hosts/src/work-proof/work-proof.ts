import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { readOnly } from '../ssh/command-template.ts';
import { CommandFailedError, SshError } from '../ssh/ssh-error.ts';
import type { SshSession } from '../ssh/ssh-session.ts';
import { createTimeLock, type TimeLock } from './time-lock.ts';
import { workProofScript } from './work-proof-script.ts';

/** Workers at most, so that checking their answers (3 ms each) stays below a second. */
export const WORKERS_MAX = 256;
const SQUARINGS_MIN = 1_000;
const SQUARINGS_MAX = 20_000_000;
/** What is taken off a run for the way there and back and Python's start: a host that answers the empty run late gains no more. */
const OVERHEAD_SHARE_MAX = 0.2;
/** Of a first run that only tells how many squarings take as long as wanted. */
const CALIBRATION_SQUARINGS = 20_000;
const NO_PYTHON = 69;

/** Only computes: nothing on the machine is read or changed. */
const workProofTemplate = readOnly(
  `command -v python3 >/dev/null 2>&1 || exit 69
exec python3 -I -S - {modulus} {base} {squarings} {workers}`,
  { timeoutMs: 45_000, expectedExitCodes: [0, NO_PYTHON], stdin: 'content' },
);

/** One run, on our clock. */
export type WorkProofRun =
  | {
      readonly kind: 'solved';
      /** Of all workers together. */
      readonly squaringsPerSecond: number;
      /** Of Python, as it says itself; its big integers get faster now and then. */
      readonly pythonVersion: string;
      readonly raw: string;
    }
  | { readonly kind: 'no_python' }
  /** An answer that is missing or wrong, or none in time: what was computed is not what was asked for. */
  | { readonly kind: 'wrong'; readonly detail: string; readonly raw: string };

/**
 * Lets a machine prove how fast it computes: it solves time-lock puzzles whose answers we know beforehand, and we take the time. Every
 * run has a fresh base, so an answer can't be kept; a tool that prints good numbers has no answer at all.
 */
export class WorkProof {
  readonly #session: SshSession;
  readonly #lock: TimeLock;

  private constructor(session: SshSession, lock: TimeLock) {
    this.#session = session;
    this.#lock = lock;
  }

  /** A fresh modulus for this session. */
  static async open(session: SshSession): Promise<WorkProof> {
    return new WorkProof(session, await createTimeLock());
  }

  /**
   * Runs one puzzle per worker at once, each of so many squarings, after an empty run whose time is subtracted.
   * @throws what `SshSession.run` throws when the machine is gone
   */
  async run(workers: number, squarings: number): Promise<WorkProofRun> {
    const empty = await this.#solve(workers, 1);
    if (empty.kind !== 'answered') return empty;
    const full = await this.#solve(workers, limited(squarings));
    if (full.kind !== 'answered') return full;
    const overheadMs = Math.min(empty.durationMs, OVERHEAD_SHARE_MAX * full.durationMs);
    return {
      kind: 'solved',
      squaringsPerSecond: Math.round((1_000 * workers * limited(squarings)) / (full.durationMs - overheadMs)),
      pythonVersion: full.pythonVersion,
      raw: `${full.raw.trimEnd()}\n${String(limited(squarings))} squarings in ${full.durationMs.toFixed(1)} ms, empty run ${empty.durationMs.toFixed(1)} ms\n`,
    };
  }

  /** How many squarings per worker take about so many seconds here. */
  async calibrate(workers: number, seconds: number): Promise<number | Exclude<WorkProofRun, { kind: 'solved' }>> {
    const first = await this.run(workers, CALIBRATION_SQUARINGS);
    return first.kind === 'solved' ? squaringsFor(first.squaringsPerSecond / workers, seconds) : first;
  }

  async #solve(workers: number, squarings: number): Promise<Solved | Exclude<WorkProofRun, { kind: 'solved' }>> {
    const { modulus } = this.#lock;
    const base = BigInt(`0x${randomBytes(128).toString('hex')}`) % modulus;
    const values = { modulus: modulus.toString(16), base: base.toString(16), squarings, workers };
    try {
      const { durationMs, exitStatus, stdout } = await this.#session.run(workProofTemplate, values, {
        stdin: workProofScript,
      });
      if (exitStatus === NO_PYTHON) return { kind: 'no_python' };
      const { answers, pythonVersion } = parseAnswers(stdout);
      for (let worker = 0; worker < workers; worker += 1) {
        const answer = answers.get(worker);
        if (answer === undefined) return { kind: 'wrong', detail: 'an answer is missing', raw: stdout };
        // Others' requests get their turn between two answers.
        await setImmediate();
        if (answer !== this.#lock.answer((base + BigInt(worker)) % modulus, squarings)) {
          return { kind: 'wrong', detail: 'an answer is wrong', raw: stdout };
        }
      }
      return { kind: 'answered', durationMs, pythonVersion, raw: stdout };
    } catch (error) {
      if (error instanceof CommandFailedError) return { kind: 'wrong', detail: error.message, raw: error.message };
      if (error instanceof SshError && (error.failure === 'command_timed_out' || error.failure === 'output_too_long')) {
        return { kind: 'wrong', detail: error.message, raw: error.message };
      }
      throw error;
    }
  }
}

interface Solved {
  readonly kind: 'answered';
  readonly durationMs: number;
  readonly pythonVersion: string;
  readonly raw: string;
}

/** How many squarings take about so many seconds at a rate per worker. */
export function squaringsFor(squaringsPerSecond: number, seconds: number): number {
  return limited(Math.round(squaringsPerSecond * seconds));
}

function limited(squarings: number): number {
  return Math.min(SQUARINGS_MAX, Math.max(SQUARINGS_MIN, squarings));
}

/** What the script printed; anything else is no answer. */
function parseAnswers(stdout: string): {
  readonly answers: ReadonlyMap<number, bigint>;
  readonly pythonVersion: string;
} {
  const answers = new Map<number, bigint>();
  for (const [, worker = '', answer = ''] of stdout.matchAll(/^(\d{1,4}) ([0-9a-f]{1,256})$/gm)) {
    answers.set(Number(worker), BigInt(`0x${answer}`));
  }
  return { answers, pythonVersion: /^python (\d[\w.+-]{0,40})$/m.exec(stdout)?.[1] ?? 'unknown' };
}
