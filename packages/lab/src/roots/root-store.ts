import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { withFileLock } from '../processes/file-lock.ts';
import { runProgramOrThrow } from '../processes/run-program.ts';
import { debianSuite, recipeVersion, rootRecipe } from './root-recipe.ts';
import type { RootName, StockSystem } from './root-recipe.ts';

/** Roots are built once and kept; ten minutes is four times the slowest build seen, and a builder ahead may take two. */
const buildTimeoutMs = 10 * 60_000;
const buildLockWaitMs = 30 * 60_000;

/** A root in the cache. Read only by agreement: hosts lay their own layer over it. */
export interface Root {
  path: string;
  /** Tells this build from every other one of the same recipe. A layer made over one build does not fit another. */
  buildId: string;
}

const buildRecord = z.object({ buildId: z.uuid() });

export interface RootStoreOptions {
  cacheDir: string;
  log: (line: string) => void;
}

/** The cache of roots: builds what is missing, once, whoever else is building at the same time. */
export class RootStore {
  readonly #cacheDir: string;
  readonly #log: (line: string) => void;

  constructor(options: RootStoreOptions) {
    this.#cacheDir = options.cacheDir;
    this.#log = options.log;
    mkdirSync(this.#cacheDir, { recursive: true, mode: 0o755 });
  }

  /** The root, built now when the cache has none of this version. */
  async get(name: RootName): Promise<Root> {
    return (
      this.#find(name) ??
      (await withFileLock(join(this.#cacheDir, 'build.lock'), buildLockWaitMs, () => this.#build(name)))
    );
  }

  #folder(name: RootName): string {
    return join(this.#cacheDir, `${name}-${recipeVersion(name)}`);
  }

  #find(name: RootName): Root | undefined {
    const folder = this.#folder(name);
    if (!existsSync(folder)) return undefined;
    const { buildId } = buildRecord.parse(JSON.parse(readFileSync(join(folder, 'build.json'), 'utf8')));
    return { path: join(folder, 'root'), buildId };
  }

  /** Runs under the lock. Builds beside the final place and renames, so that a root is either whole or not there. */
  async #build(name: RootName): Promise<Root> {
    const done = this.#find(name);
    if (done !== undefined) return done;
    const recipe = rootRecipe(name);
    const base = recipe.base === undefined ? undefined : await this.#build(recipe.base);
    this.#removeUnfinished();
    const folder = mkdtempSync(join(this.#cacheDir, 'building-'));
    const path = join(folder, 'root');
    this.#log(`Building the lab's "${name}" root in ${this.#cacheDir} (once, a minute or two)`);
    try {
      if (recipe.stock !== undefined) await bootstrapStock(path, recipe.stock, recipe.packages);
      else if (base === undefined) await bootstrap(path, recipe.packages);
      else await extend(base.path, path, recipe.packages);
      if (recipe.setup !== '') await runInRoot(path, recipe.setup);
      await runProgramOrThrow('sh', ['-ec', tidyScript, 'tidy', path], { timeoutMs: buildTimeoutMs });
      writeFileSync(join(folder, 'build.json'), JSON.stringify({ buildId: randomUUID() }));
      renameSync(folder, this.#folder(name));
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    const built = this.#find(name);
    if (built === undefined) throw new Error(`${this.#folder(name)}: gone as soon as it was built`);
    return built;
  }

  /** A builder that was killed leaves its half-built folder; nobody else builds while we hold the lock. */
  #removeUnfinished(): void {
    for (const entry of readdirSync(this.#cacheDir)) {
      if (entry.startsWith('building-')) rmSync(join(this.#cacheDir, entry), { recursive: true, force: true });
    }
  }
}

async function bootstrap(path: string, packages: readonly string[]): Promise<void> {
  const args = ['--variant=minbase', `--include=${packages.join(',')}`, debianSuite, path];
  await inPrivateMounts('exec debootstrap "$@"', args);
}

/** Nothing is chosen but the release: its own standard packages, and then what a person installs, with all that comes along. */
async function bootstrapStock(path: string, system: StockSystem, byHand: readonly string[]): Promise<void> {
  await inPrivateMounts('exec debootstrap "$@"', [system, path]);
  await inPrivateMounts(installScript, ['--install-recommends', path, ...byHand]);
}

async function extend(basePath: string, path: string, packages: readonly string[]): Promise<void> {
  await runProgramOrThrow('cp', ['-a', '--reflink=auto', basePath, path], { timeoutMs: buildTimeoutMs });
  await inPrivateMounts(installScript, ['--no-install-recommends', path, ...packages]);
}

async function runInRoot(path: string, script: string): Promise<void> {
  await inPrivateMounts('exec chroot "$1" /bin/sh -ec "$2"', [path, script]);
}

/** What the script mounts is seen by nobody else and is gone when it ends, however it ends. */
async function inPrivateMounts(script: string, args: readonly string[]): Promise<void> {
  await runProgramOrThrow(
    'unshare',
    [
      '--mount',
      '--propagation',
      'private',
      '--pid',
      '--fork',
      '--kill-child=KILL',
      'sh',
      '-ec',
      script,
      'lab',
      ...args,
    ],
    { timeoutMs: buildTimeoutMs },
  );
}

/**
 * Installs packages into a copy of a root. No service may start in it (policy-rc.d). apt's check of the release file's
 * date is off, as it is in debootstrap, because the clock of a throw-away machine may be wrong; signatures are checked.
 */
const installScript = `
recommends=$1; root=$2; shift 2
mount -t proc proc "$root/proc"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\\nexit 101\\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
export DEBIAN_FRONTEND=noninteractive
chroot "$root" apt-get --quiet -o Acquire::Check-Date=false -o Acquire::Check-Valid-Until=false update
chroot "$root" apt-get --quiet --yes "$recommends" install "$@"
rm "$root/usr/sbin/policy-rc.d"
`;

/** What must differ between hosts, and what would only take space. Each host makes its own machine id. */
const tidyScript = `
rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1"/var/log/*.log "$1"/var/log/apt
rm -f "$1"/etc/ssh/ssh_host_* "$1"/etc/resolv.conf
: > "$1/etc/machine-id"
rm -f "$1/var/lib/dbus/machine-id"
`;
