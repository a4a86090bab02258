import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** A file system in memory (tmpfs(5)), which Linux has and macOS has not. */
const MEMORY_FOLDER = '/dev/shm';
/** A run takes a fifth of it. */
const FREE_MIN_BYTES = 3 * 1024 ** 3;

/**
 * Where the temporary files of a run go: into memory where there is plenty, else where the system keeps such files. A test
 * database is 300 files and lives for seconds, and ext4 takes ever longer to make files where others were just removed: in
 * memory the tests of the database take a third of the time. Containers often have a /dev/shm that is small or runs no
 * programs; that is not used, and neither is it when somebody has said where (TMPDIR).
 */
export function temporaryFolder(): string {
  if (process.env['TMPDIR'] !== undefined) return tmpdir();
  try {
    accessSync(MEMORY_FOLDER, constants.R_OK | constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    const freeBytes = Math.min(bavail * bsize, process.availableMemory());
    const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
    const [, , , options = 'noexec'] = mounts.find((line) => line.split(' ')[1] === MEMORY_FOLDER)?.split(' ') ?? [];
    return freeBytes >= FREE_MIN_BYTES && !options.split(',').includes('noexec') ? MEMORY_FOLDER : tmpdir();
  } catch {
    return tmpdir();
  }
}
