import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { renderScript, type CommandTemplate, type CommandValues } from './command-template.ts';
import {
  cleanUpRun,
  DETACHED_STDERR_BYTES_MAX,
  DETACHED_STDOUT_BYTES_MAX,
  runState,
  runStderr,
  runStdout,
  startRun,
} from './detached-commands.ts';
import { CommandFailedError, SshError } from './ssh-error.ts';
import type { SshSession } from './ssh-session.ts';

/** The run's name on the machine, derived from our ids: part of a folder's and a unit's name. */
const runIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{7,99}$/, { error: 'A run id has 8 to 100 characters of a-z, 0-9 and -.' });

export const DETACHED_DEADLINE_SECONDS_MAX = 6 * 3_600;
/** How many polls in a row may fail for want of a connection before the wait is given up. The run itself goes on. */
const FAILED_POLLS_MAX = 8;
const POLL_PAUSE_MS_MAX = 5_000;

export interface DetachedWork<Name extends string> {
  readonly runId: string;
  /** What to run, as root. Its own timeout does not apply; `deadlineSeconds` does. */
  readonly template: CommandTemplate<Name>;
  readonly values: CommandValues<Name>;
  /** When the machine itself ends the run. */
  readonly deadlineSeconds: number;
}

export type DetachedState =
  | { readonly kind: 'gone' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly exitStatus: number }
  /** It began and was killed before it could leave an exit status: by deadline, memory, or somebody on the machine. */
  | { readonly kind: 'died' };

export interface DetachedOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Long work on a machine as a unit of its own, which neither a cut connection nor a dead worker ends. Whoever knows the
 * run's id can ask for its state, fetch its output and clean up. Its folder /run/rsm/runs/<id> is root's alone, and the
 * next boot takes it away together with the work. Starting a run that was started is success.
 */
export async function startDetached<Name extends string>(session: SshSession, work: DetachedWork<Name>): Promise<void> {
  const deadlineSeconds = z.int().min(1).max(DETACHED_DEADLINE_SECONDS_MAX).parse(work.deadlineSeconds);
  const values = {
    runId: runIdSchema.parse(work.runId),
    deadlineSeconds,
    stdoutBytes: DETACHED_STDOUT_BYTES_MAX,
    stderrBytes: DETACHED_STDERR_BYTES_MAX,
  };
  await session.run(startRun, values, { stdin: renderScript(work.template, work.values) });
}

export async function detachedState(session: SshSession, runId: string): Promise<DetachedState> {
  const { stdout } = await session.run(runState, { runId: runIdSchema.parse(runId) });
  const [kind, status] = stdout.trim().split(' ');
  if (kind === 'gone' || kind === 'running' || kind === 'died') return { kind };
  if (kind === 'ended') return { kind, exitStatus: z.coerce.number().int().min(0).max(255).parse(status) };
  throw new SshError('command_failed', 'The machine gave no readable answer about a run.');
}

/** The output so far, or all of it once the run has ended; cut at `DETACHED_STDOUT_BYTES_MAX`. */
export async function detachedOutput(session: SshSession, runId: string): Promise<DetachedOutput> {
  const id = { runId: runIdSchema.parse(runId) };
  const [stdout, stderr] = await Promise.all([session.run(runStdout, id), session.run(runStderr, id)]);
  return { stdout: stdout.stdout, stderr: stderr.stdout };
}

/** Ends the run if it still goes on and takes its folder away. */
export async function cleanUpDetached(session: SshSession, runId: string): Promise<void> {
  await session.run(cleanUpRun, { runId: runIdSchema.parse(runId) });
}

/**
 * Starts a run (or joins one that another worker started), waits for its end, fetches its output and cleans up. Lost
 * connections on the way are survived. When the session's signal is aborted the run goes on for whoever asks next.
 *
 * @throws CommandFailedError when it ended with another status than the template expects, SshError command_timed_out at
 * the deadline, and what `SshSession.run` throws.
 */
export async function runDetached<Name extends string>(
  session: SshSession,
  work: DetachedWork<Name>,
  options: { readonly pollPauseMs?: number; readonly onPoll?: () => void } = {},
): Promise<DetachedOutput> {
  await startDetached(session, work);
  const state = await waitForEnd(session, work, options);
  if (state.kind !== 'ended') {
    await cleanUpDetached(session, work.runId);
    throw new SshError('command_failed', 'A long-running command on the machine was killed before it ended.', {
      remedy: 'Check the memory of the machine, and whether it was rebooted, and try again.',
    });
  }
  const output = await detachedOutput(session, work.runId);
  await cleanUpDetached(session, work.runId);
  const expected = work.template.expectedExitCodes;
  if (expected !== 'any' && !expected.includes(state.exitStatus)) {
    // timeout(1) answers 124, or 137 when it had to kill.
    if (state.exitStatus === 124 || state.exitStatus === 137) {
      throw new SshError(
        'command_timed_out',
        `A command on the machine took longer than ${work.deadlineSeconds} s and was ended.`,
      );
    }
    throw new CommandFailedError({
      template: work.template.text,
      exitStatus: state.exitStatus,
      signal: null,
      ...output,
    });
  }
  return output;
}

async function waitForEnd<Name extends string>(
  session: SshSession,
  work: DetachedWork<Name>,
  options: { readonly pollPauseMs?: number; readonly onPoll?: () => void },
): Promise<DetachedState> {
  const pollPauseMs = options.pollPauseMs ?? 500;
  // Starting, ending and the machine's own grace come on top of the deadline.
  const givenUpAtMs = performance.now() + (work.deadlineSeconds + 60) * 1_000;
  let failed = 0;
  while (performance.now() < givenUpAtMs) {
    try {
      const state = await detachedState(session, work.runId);
      failed = 0;
      if (state.kind !== 'running') return state;
      options.onPoll?.();
    } catch (error) {
      failed += 1;
      if (!isUnreachable(error) || failed > FAILED_POLLS_MAX) throw error;
    }
    await sleep(Math.min(POLL_PAUSE_MS_MAX, pollPauseMs * 2 ** failed), undefined, { signal: session.signal });
  }
  throw new SshError('command_timed_out', `A command on the machine took longer than ${work.deadlineSeconds} s.`);
}

/** A state can be asked for again whenever the connection is back; a changed host key is no such thing. */
function isUnreachable(error: unknown): boolean {
  return error instanceof SshError && (error.code === 'machine_unreachable' || error.failure === 'command_timed_out');
}
