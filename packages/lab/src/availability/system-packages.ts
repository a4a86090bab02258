import { accessSync, chmodSync, constants, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { withFileLock } from '../processes/file-lock.ts';
import { runProgram, runProgramOrThrow, lastLines, cleanEnvironment } from '../processes/run-program.ts';

/** What the lab calls on the machine that runs it, and the Debian and Ubuntu package that brings it. */
const requiredPrograms: readonly { path: string; package: string }[] = [
  { path: 'debootstrap', package: 'debootstrap' },
  { path: '/usr/share/keyrings/debian-archive-keyring.gpg', package: 'debian-archive-keyring' },
  { path: 'systemd-nspawn', package: 'systemd-container' },
  { path: 'ip', package: 'iproute2' },
  { path: 'ssh', package: 'openssh-client' },
  { path: 'ssh-keygen', package: 'openssh-client' },
  { path: 'mkfs.ext4', package: 'e2fsprogs' },
  { path: 'mount', package: 'mount' },
  { path: 'unshare', package: 'util-linux' },
  { path: 'nsenter', package: 'util-linux' },
  { path: 'setpriv', package: 'util-linux' },
  { path: 'flock', package: 'util-linux' },
];

const installTimeoutMs = 10 * 60_000;
const policyFile = '/usr/sbin/policy-rc.d';
const policyMark = '# Written by the lab while it installs packages; safe to remove.';
/** Two installations at once would put each other's policy aside. */
const installLock = '/run/rsm-lab-packages.lock';
const policyAside = '/usr/sbin/policy-rc.d.before-rsm-lab';

/** The packages that are missing on this machine, in a fixed order, each once. */
export function missingSystemPackages(): string[] {
  const missing = requiredPrograms.filter((program) => !isPresent(program.path)).map((program) => program.package);
  return [...new Set(missing)];
}

/** The command with which a person installs `packages`. */
export function installCommand(packages: readonly string[]): string {
  return `apt-get install --no-install-recommends ${packages.join(' ')}`;
}

/** True on Debian, Ubuntu and what derives from them (os-release(5), ID and ID_LIKE). */
export function hasApt(osRelease = readOsRelease()): boolean {
  const ids = [...osRelease.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap((match) => (match[1] ?? '').split(' '));
  return ids.includes('debian') || ids.includes('ubuntu');
}

/**
 * Installs packages with apt, with every service kept from starting: a policy-rc.d that answers 101 ("action
 * forbidden", invoke-rc.d(8)) stands there meanwhile, and the one that stood before is put back. One installation at a time:
 * the next one waits ten minutes at most.
 */
export async function installSystemPackages(packages: readonly string[]): Promise<void> {
  await withFileLock(installLock, installTimeoutMs, async () => install(packages));
}

async function install(packages: readonly string[]): Promise<void> {
  const env = { ...cleanEnvironment, DEBIAN_FRONTEND: 'noninteractive' };
  const args = ['install', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...packages];
  const restore = forbidServiceStarts();
  try {
    const first = await runProgram('apt-get', args, { timeoutMs: installTimeoutMs, env });
    if (first.exitCode === 0) return;
    // Package lists that are missing or too old name files that are gone; one update is the cure.
    await runProgramOrThrow('apt-get', ['update'], { timeoutMs: installTimeoutMs, env });
    const second = await runProgram('apt-get', args, { timeoutMs: installTimeoutMs, env });
    if (second.exitCode !== 0) throw new Error(`apt-get install failed: ${lastLines(second.stderr || second.stdout)}`);
  } finally {
    restore();
  }
}

/**
 * Sees to it that packages are there for something else than the lab: installs them as root on Debian or Ubuntu, after a line of
 * what is done.
 * @throws Error with the command to run where it can't
 */
export async function provideSystemPackages(
  packages: readonly string[],
  options: { readonly why: string; readonly log: (line: string) => void },
): Promise<void> {
  if (!hasApt() || process.getuid?.() !== 0) {
    throw new Error(`${options.why} needs system packages. Install them first: ${installCommand(packages)}`);
  }
  options.log(`${options.why} needs system packages: installing ${packages.join(' ')}`);
  await installSystemPackages(packages);
}

function forbidServiceStarts(): () => void {
  // A run that was killed left our policy there; only what others wrote is put aside and back.
  const stands = existsSync(policyFile) && !readFileSync(policyFile, 'utf8').includes(policyMark);
  if (stands) renameSync(policyFile, policyAside);
  writeFileSync(policyFile, `#!/bin/sh\n${policyMark}\nexit 101\n`);
  chmodSync(policyFile, 0o755);
  return () => {
    if (existsSync(policyAside)) renameSync(policyAside, policyFile);
    else rmSync(policyFile, { force: true });
  };
}

function isPresent(program: string): boolean {
  const places = program.startsWith('/')
    ? [program]
    : (cleanEnvironment['PATH'] ?? '').split(':').map((folder) => `${folder}/${program}`);
  return places.some((place) => {
    try {
      accessSync(place, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
