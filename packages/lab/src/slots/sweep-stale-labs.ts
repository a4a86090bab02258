import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from '../processes/file-lock.ts';
import { isAlive } from '../processes/process-identity.ts';
import { runProgram } from '../processes/run-program.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { networkSlot } from './network-slot.ts';
import type { NetworkSlot } from './network-slot.ts';
import { claimedIndexes, slotFolder, slotOwner, slotsDir } from './slot-registry.ts';

/** In which supervise.sh makes groups for a host with docker too. */
const DOCKER_GROUPS = ['cpu', 'cpuacct', 'cpuset', 'devices', 'freezer', 'blkio'] as const;

/** One sweep at a time: a slow one must not remove what a faster one freed and a new host has taken since. */
export const sweepLockPath = join(slotsDir, 'sweep.lock');

const sweepLockWaitMs = 20_000;
const killTimeoutMs = 10_000;

/** A claim that is being made lives for milliseconds; one this old was left by a process that was killed. */
const staleClaimMs = 60_000;

/**
 * Removes what hosts of dead processes left: their processes if any still run, cable, control groups, disk and folder.
 * Hosts whose owner lives are never touched. Answers the numbers it freed.
 */
export async function sweepStaleLabs(cacheDir: string): Promise<number[]> {
  mkdirSync(slotsDir, { recursive: true, mode: 0o755 });
  return withFileLock(sweepLockPath, sweepLockWaitMs, () => sweepWithLock(cacheDir));
}

/**
 * Sweeps before a lab opens. It is housekeeping: new hosts take other numbers, so a lab opens all the same when somebody else
 * sweeps for longer than `waitMs` or something cannot be removed. Then `log` is told why.
 */
export async function sweepIfPossible(
  cacheDir: string,
  { log, waitMs = sweepLockWaitMs }: { log: (line: string) => void; waitMs?: number },
): Promise<void> {
  try {
    await withFileLock(sweepLockPath, waitMs, () => sweepWithLock(cacheDir));
  } catch (error) {
    log(`What dead labs left was not removed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The sweep itself, for whoever holds the lock. */
export async function sweepWithLock(cacheDir: string): Promise<number[]> {
  removeStaleClaims();
  const freed: number[] = [];
  for (const index of claimedIndexes()) {
    const owner = slotOwner(index);
    if (owner === undefined || isAlive(owner.owner)) continue;
    if (owner.supervisor !== undefined && isAlive(owner.supervisor)) await killSupervisor(owner.supervisor.pid);
    await removeLeavings(networkSlot(index), cacheDir);
    freed.push(index);
  }
  return freed;
}

/** Its owner is dead, so the supervisor is ending by itself; with it dies every process of the host. */
async function killSupervisor(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ESRCH: it ended by itself in the meantime.
  }
  await waitUntil(`end of supervisor ${pid}`, killTimeoutMs, () => (existsSync(`/proc/${pid}`) ? undefined : true));
}

async function removeLeavings(slot: NetworkSlot, cacheDir: string): Promise<void> {
  const groups = controlGroups(slot.machineName);
  for (const group of groups) killMembers(group);
  await waitUntil(`end of ${slot.machineName}`, killTimeoutMs, () =>
    groups.every((group) => removeGroup(group)) ? true : undefined,
  );
  await runProgram('ip', ['link', 'delete', slot.interfaceName], { timeoutMs: killTimeoutMs });
  rmSync(join(cacheDir, 'disks', `${slot.index}.img`), { force: true });
  rmSync(slotFolder(slot.index), { recursive: true, force: true });
}

function controlGroups(machineName: string): string[] {
  const hierarchies = ['', 'systemd', 'unified', 'memory', 'pids', ...DOCKER_GROUPS];
  return hierarchies.map((name) => join('/sys/fs/cgroup', name, machineName)).filter((folder) => existsSync(folder));
}

function killMembers(group: string): void {
  for (const folder of groupFolders(group)) {
    for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').trim().split('\n').map(Number)) {
      if (pid > 1) process.kill(pid, 'SIGKILL');
    }
  }
}

/** Control groups are removed one by one, the innermost first. Answers whether all are gone. */
function removeGroup(group: string): boolean {
  for (const folder of groupFolders(group)) {
    try {
      rmdirSync(folder);
    } catch {
      return false;
    }
  }
  return true;
}

function groupFolders(group: string): string[] {
  if (!existsSync(group)) return [];
  const inner = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...inner.flatMap((entry) => groupFolders(join(group, entry.name))), group];
}

function removeStaleClaims(): void {
  for (const entry of readdirSync(slotsDir)) {
    if (!entry.startsWith('claim-')) continue;
    const folder = join(slotsDir, entry);
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat !== undefined && Date.now() - stat.mtimeMs > staleClaimMs)
      rmSync(folder, { recursive: true, force: true });
  }
}
