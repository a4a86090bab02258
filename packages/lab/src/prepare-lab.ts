import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findRefusedNeed } from './availability/kernel-needs.ts';
import {
  hasApt,
  installCommand,
  installSystemPackages,
  missingSystemPackages,
} from './availability/system-packages.ts';
import { Lab } from './lab.ts';
import { withFileLock } from './processes/file-lock.ts';
import { RootStore } from './roots/root-store.ts';
import { slotsDir } from './slots/slot-registry.ts';
import { sweepIfPossible } from './slots/sweep-stale-labs.ts';

export interface PrepareLabOptions {
  /** Told, one line each, what takes long or changes the machine. */
  log: (line: string) => void;
  /** Where built roots are kept, and the disks of running hosts. */
  cacheDir?: string | undefined;
}

export type LabAvailability = { available: true; lab: Lab } | { available: false; reason: string };

export const defaultCacheDir = '/var/cache/rsm-lab';

const installLockWaitMs = 15 * 60_000;

/**
 * Makes this machine ready for lab hosts: system packages, leavings of dead labs, the root they start from. Answers why
 * when that cannot be; never throws for a machine that is merely unfit.
 */
export async function prepareLab(options: PrepareLabOptions): Promise<LabAvailability> {
  const { log, cacheDir = defaultCacheDir } = options;
  if (process.platform !== 'linux') return unavailable(`lab hosts need Linux, this is ${process.platform}`);
  if (process.getuid?.() !== 0) return unavailable('lab hosts need root; start this as root, or with sudo');
  try {
    const missing = await installMissing(log);
    if (missing.length > 0)
      return unavailable(`lab hosts need ${missing.join(', ')}; on Debian and Ubuntu: ${installCommand(missing)}`);
    const refused = await findRefusedNeed();
    if (refused !== undefined) return unavailable(refused);
    mkdirSync(slotsDir, { recursive: true, mode: 0o755 });
    await sweepIfPossible(cacheDir, { log });
    const roots = new RootStore({ cacheDir, log });
    await roots.get('debian');
    return { available: true, lab: new Lab({ roots, cacheDir }) };
  } catch (error) {
    return unavailable(error instanceof Error ? error.message : String(error));
  }
}

/** Answers what is still missing afterwards. */
async function installMissing(log: (line: string) => void): Promise<string[]> {
  if (missingSystemPackages().length === 0 || !hasApt()) return missingSystemPackages();
  mkdirSync(slotsDir, { recursive: true, mode: 0o755 });
  return withFileLock(join(slotsDir, 'install.lock'), installLockWaitMs, async () => {
    const packages = missingSystemPackages();
    if (packages.length === 0) return packages;
    log(`Installing what lab hosts need, no service is started: ${installCommand(packages)}`);
    await installSystemPackages(packages);
    return missingSystemPackages();
  });
}

function unavailable(reason: string): LabAvailability {
  return { available: false, reason };
}
