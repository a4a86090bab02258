import { spawn } from 'node:child_process';
import { readdir, stat, utimes } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';

export type ClientBuildOutcome =
  | { readonly kind: 'fresh' | 'built' | 'stopped' }
  | { readonly kind: 'failed'; readonly reason: string };

/** A build on two busy processors takes a minute; one that hangs must not hang for ever. */
const BUILD_TIMEOUT_MS = 10 * 60_000;
/** Far above what the client has; a folder with more is another one. */
const SOURCES_MAX = 20_000;
const SOURCE_FOLDERS = ['apps/desktop', 'packages/api', 'packages/domain'] as const;
const NO_SOURCES = new Set(['node_modules', 'out', 'dist', '.cache', '.turbo', 'release']);
const BUILT_PAGE = 'apps/desktop/out/renderer/index.html';

/** Whether the client has to be built: it is missing, or any of its sources is newer. Folders count, because files go, too. */
export async function isClientStale(rootDir: string): Promise<boolean> {
  const builtAtMs = await modifiedAtMs(join(rootDir, BUILT_PAGE));
  if (builtAtMs === null) return true;
  const folders: string[] = SOURCE_FOLDERS.map((folder) => join(rootDir, folder));
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (NO_SOURCES.has(entry.name) || entry.name.endsWith('.log')) continue;
      const path = join(folder, entry.name);
      if (((await modifiedAtMs(path)) ?? 0) > builtAtMs) return true;
      if (entry.isDirectory()) folders.push(path);
      seen += 1;
      if (seen > SOURCES_MAX) return true;
    }
  }
  return false;
}

/**
 * Builds the client when it has to be, with little claim on the processor, so that the API starts beside it. Turbo gives
 * back what it built before from the same sources.
 */
export async function buildClient(options: {
  readonly rootDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onStart: () => void;
}): Promise<ClientBuildOutcome> {
  const { rootDir, signal } = options;
  if (!(await isClientStale(rootDir))) return { kind: 'fresh' };
  if (signal.aborted) return { kind: 'stopped' };
  options.onStart();
  const startedAt = new Date();
  const limited = AbortSignal.any([signal, AbortSignal.timeout(BUILD_TIMEOUT_MS)]);
  const status = await runBuild(rootDir, options.env, limited);
  if (signal.aborted) return { kind: 'stopped' };
  if (limited.aborted) return { kind: 'failed', reason: 'it took longer than ten minutes' };
  if (status !== 0) return { kind: 'failed', reason: `it ended with status ${String(status)}` };
  // What Turbo gives back is as old as when it was built; what counts is which sources it was made from.
  await utimes(join(rootDir, BUILT_PAGE), startedAt, startedAt);
  return { kind: 'built' };
}

async function runBuild(
  rootDir: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<number | string> {
  const child = spawn(process.execPath, [...BUILD_ARGUMENTS], {
    cwd: rootDir,
    env: { ...env },
    // A group of its own: Turbo's processes start others, and all of them have to go.
    detached: true,
    stdio: 'ignore',
  });
  const endAll = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  };
  signal.addEventListener('abort', endAll, { once: true });
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    return await new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (status, killedBy) => resolve(status ?? killedBy ?? 'unknown'));
    });
  } finally {
    signal.removeEventListener('abort', endAll);
  }
}

/** As the script `build` of the root package. */
const BUILD_ARGUMENTS = [
  '--env-file=tools/turbo.env',
  'node_modules/turbo/bin/turbo',
  'run',
  'build',
  '--filter=@rsm/desktop',
] as const;

async function modifiedAtMs(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return null;
  }
}
