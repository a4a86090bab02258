import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { isPostmasterOf, livingPostmaster, readPostmasterFile } from './postmaster-file.ts';
import type { PostgresUser } from './postgres-user.ts';

const POLL_MS = 20;
/** Recovery after a crash replays at most max_wal_size, which takes seconds; a minute is beyond doubt. */
const START_TIMEOUT_MS = 60_000;
/** Fast shutdown: sessions are cut and a checkpoint is written. */
const FAST_STOP_TIMEOUT_MS = 20_000;
/** Immediate shutdown: no checkpoint, recovery at the next start. */
const IMMEDIATE_STOP_TIMEOUT_MS = 5_000;
const LOG_SIZE_MAX_BYTES = 10 * 1024 * 1024;
const LOG_TAIL_BYTES = 2_000;

type StartOptions = {
  readonly program: string;
  readonly data: string;
  readonly port: number;
  readonly socket: string;
  readonly logFile: string;
  readonly user: PostgresUser | undefined;
  readonly settings: Readonly<Record<string, string>>;
};

export class PostmasterStartError extends Error {
  override readonly name = 'PostmasterStartError';
  readonly logTail: string;

  constructor(message: string, logTail: string) {
    super(`${message}\n${logTail}`.trim());
    this.logTail = logTail;
  }
}

async function readLogSince(logFile: string, offset: number): Promise<string> {
  const text = (await readFile(logFile)).subarray(offset).toString('utf8');
  return text.slice(-LOG_TAIL_BYTES);
}

/**
 * Starts the server as a child in a session of its own, so that Ctrl-C in a terminal reaches only us and the server
 * ends after us and not before. Its log goes to a file and not to a pipe: a pipe that nobody empties would block it.
 * Resolves when postmaster.pid says ready.
 *
 * @throws PostmasterStartError when it exits, or is not ready in time.
 */
export async function startPostmaster(options: StartOptions): Promise<ChildProcess> {
  const { data, logFile, user } = options;
  if (existsSync(logFile) && (await stat(logFile)).size > LOG_SIZE_MAX_BYTES) await truncate(logFile);
  const log = await open(logFile, 'a', 0o600);
  const offset = (await log.stat()).size;
  const flags = Object.entries(options.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(options.program, ['-D', data, '-p', String(options.port), '-k', options.socket, ...flags], {
    ...user,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
  });
  let failure: string | undefined;
  child.once('error', (error) => (failure = `Postgres can't be started: ${error.message}`));
  child.once('exit', (code, signal) => (failure ??= `Postgres exited at its start (${signal ?? `status ${code}`}).`));
  try {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const file = await readPostmasterFile(data);
      if (failure === undefined && file?.pid === child.pid && file?.ready === true) break;
      if (failure === undefined && Date.now() > deadline) {
        failure = `Postgres was not ready after ${START_TIMEOUT_MS} ms.`;
        child.kill('SIGQUIT');
      }
      if (failure !== undefined) throw new PostmasterStartError(failure, await readLogSince(logFile, offset));
      await sleep(POLL_MS);
    }
  } finally {
    await log.close();
  }
  child.unref();
  return child;
}

/** The process itself counts, not its file: Postgres removes postmaster.pid a moment before it ends. */
async function waitUntilGone(data: string, pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (await isPostmasterOf(data, pid)) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/**
 * Stops the server of this folder: fast (SIGINT), then immediate (SIGQUIT), both within limits (postgres(1)).
 * No server is success.
 *
 * @throws Error when it lives on after both.
 */
export async function stopPostmaster(data: string): Promise<void> {
  const pid = await livingPostmaster(data);
  if (pid === undefined) return;
  for (const [signal, timeoutMs] of [
    ['SIGINT', FAST_STOP_TIMEOUT_MS],
    ['SIGQUIT', IMMEDIATE_STOP_TIMEOUT_MS],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended between the look and the signal.
    }
    if (await waitUntilGone(data, pid, timeoutMs)) return;
  }
  throw new Error(`Postgres (process ${pid}) in ${data} does not stop.`);
}

/** Removes a postmaster.pid that no living server stands behind; Postgres refuses to start when its number is reused. */
export async function removeStalePostmasterFile(data: string): Promise<boolean> {
  if ((await readPostmasterFile(data)) === undefined || (await livingPostmaster(data)) !== undefined) return false;
  await rm(join(data, 'postmaster.pid'), { force: true });
  return true;
}
