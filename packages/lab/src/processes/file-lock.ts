import { spawn } from 'node:child_process';
import { cleanEnvironment } from './run-program.ts';

export interface FileLock {
  release(): void;
}

/**
 * Takes an exclusive lock on a file, waiting at most `waitMs`. The lock is a kernel lock (flock(2)) held by a small child
 * that ends when our end of its pipe closes, so a process that dies, even by SIGKILL, gives the lock back. Lock files
 * made by name have no such end, and taking over a stale one is a race.
 */
export function lockFile(path: string, waitMs: number): Promise<FileLock> {
  return new Promise((resolve, reject) => {
    const seconds = String(Math.max(1, Math.ceil(waitMs / 1000)));
    const child = spawn(
      'flock',
      ['--exclusive', '--wait', seconds, path, 'sh', '-c', 'echo held; exec cat >/dev/null'],
      {
        env: cleanEnvironment,
        cwd: '/',
        stdio: ['pipe', 'pipe', 'ignore'],
        detached: true,
      },
    );
    child.on('error', reject);
    // flock(1): status 1 when the lock was not to be had in time, others when the file cannot be opened at all.
    child.on('exit', (status) => {
      const why =
        status === 1 ? `another process held the lock for more than ${seconds} s` : 'this file cannot be locked';
      reject(new Error(`${path}: ${why}`));
    });
    child.stdin.on('error', () => undefined);
    child.stdout.once('data', () => {
      child.unref();
      resolve({ release: () => child.stdin.end() });
    });
  });
}

/** Runs `work` while holding the lock; the lock is given back whatever happens. */
export async function withFileLock<T>(path: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const lock = await lockFile(path, waitMs);
  try {
    return await work();
  } finally {
    lock.release();
  }
}
