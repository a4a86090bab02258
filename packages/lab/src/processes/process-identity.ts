import { readFileSync } from 'node:fs';

/**
 * Names one process for ever: a pid alone is reused, a pid with its start time and the boot it belongs to is not.
 * (proc_pid_stat(5): field 22 is the start time in clock ticks since boot.)
 */
export interface ProcessIdentity {
  pid: number;
  startTicks: string;
  bootId: string;
}

export interface ProcessStat {
  pid: number;
  command: string;
  state: string;
  parentPid: number;
  startTicks: string;
}

export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** The process's line in /proc, or `undefined` when there is no such process. */
export function readProcessStat(pid: number): ProcessStat | undefined {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The command stands in brackets and may itself hold brackets and blanks, so count from the last one.
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  const fields = line.slice(close + 2).split(' ');
  const [state, parentPid] = fields;
  const startTicks = fields[19];
  if (state === undefined || parentPid === undefined || startTicks === undefined) return undefined;
  return { pid, command: line.slice(open + 1, close), state, parentPid: Number(parentPid), startTicks };
}

/** Throws when the process does not exist. */
export function identifyProcess(pid: number): ProcessIdentity {
  const stat = readProcessStat(pid);
  if (stat === undefined) throw new Error(`process ${pid} does not exist`);
  return { pid, startTicks: stat.startTicks, bootId: bootId() };
}

/** A zombie counts as dead: it runs nothing any more. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId()) return false;
  const stat = readProcessStat(identity.pid);
  return stat !== undefined && stat.startTicks === identity.startTicks && stat.state !== 'Z';
}
