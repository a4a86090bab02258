import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REPOSITORY = join(import.meta.dirname, '../..');
export const FIXTURES = join(import.meta.dirname, 'fixtures');

/** npm packages the fixtures name. Stand-ins, so that a rule about a package can be proven before the package is installed. */
const LIBRARIES = ['electron', 'electron-updater', 'knex', 'objection', 'pg', 'ssh2', 'superjson', 'vitest', 'zod'];

/**
 * Builds a house on disk in which the cruiser can walk as in the real one: workspaces with their real `exports`, linked into
 * node_modules, and stand-ins for the npm packages. The files come from the given fixture folders, later ones on top.
 *
 * @returns the folder and a function that removes it
 */
export async function buildHouse(
  ...fixtures: readonly string[]
): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rsm-boundaries-')));
  for (const fixture of fixtures) await cp(join(FIXTURES, fixture), folder, { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module', workspaces: ['apps/*', 'packages/*'] }),
  );
  await mkdir(join(folder, 'node_modules/@rsm'), { recursive: true });
  for (const group of ['packages', 'apps']) await linkWorkspaces(folder, group);
  for (const library of LIBRARIES) await standIn(folder, library);
  return { folder, remove: async () => rm(folder, { recursive: true, force: true }) };
}

async function linkWorkspaces(folder: string, group: string): Promise<void> {
  for (const name of await readdir(join(folder, group))) {
    await writeFile(join(folder, group, name, 'package.json'), await manifestOf(group, name));
    await symlink(join(folder, group, name), join(folder, 'node_modules/@rsm', name));
  }
}

/** The real manifest, so that the fixtures see the real `exports`; rooms that are not built yet get a plain one. */
async function manifestOf(group: string, name: string): Promise<string> {
  try {
    return await readFile(join(REPOSITORY, group, name, 'package.json'), 'utf8');
  } catch {
    return JSON.stringify({ name: `@rsm/${name}`, private: true, type: 'module', exports: { '.': './src/index.ts' } });
  }
}

async function standIn(folder: string, library: string): Promise<void> {
  const at = join(folder, 'node_modules', library);
  // Deep on purpose: real packages keep their code in folders that the rules exclude for our own files.
  await mkdir(join(at, 'dist'), { recursive: true });
  await writeFile(
    join(at, 'package.json'),
    JSON.stringify({ name: library, version: '1.0.0', exports: './dist/index.js' }),
  );
  await writeFile(join(at, 'dist/index.js'), 'export {};\n');
}
