import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A text that stays the same while a process lives and differs when its number was given to another one (numbers are
 * reused, after a reboot or in a container even soon). Undefined when no such process lives.
 * Linux: boot id and start time, field 22 of /proc/PID/stat (proc_pid_stat(5)). Elsewhere: the start time that ps shows.
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  try {
    if (platform() === 'linux') {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // The command's name, in parentheses, may hold blanks; what follows the last parenthesis begins with field 3.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const state = fields[0];
      const startTime = fields[19];
      if (startTime === undefined || state === 'Z' || state === 'X') return undefined;
      const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
      return `${boot.trim()}/${startTime}`;
    }
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The command line of a process, or undefined when it does not live. */
export async function processCommand(pid: number): Promise<string | undefined> {
  try {
    if (platform() === 'linux') {
      const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      return raw.split('\0').join(' ').trim() || undefined;
    }
    const { stdout } = await run('ps', ['-o', 'command=', '-p', String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
