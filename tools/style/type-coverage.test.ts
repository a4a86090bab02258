import { readFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles } from './source-files.ts';

/** `npm run check:types` sees what tsconfig.json refers to, and nothing says that a file is in none of it. */
interface Project {
  readonly references?: readonly { readonly path: string }[];
  readonly include?: readonly string[];
}

const REPOSITORY = join(import.meta.dirname, '../..');
const read = (path: string): Project => JSON.parse(readFileSync(join(REPOSITORY, path), 'utf8')) as Project;

/** The places of a project and of those it refers to, relative to the repository. */
function placesOf(reference: string, from: string, seen: Set<string>): string[] {
  const named = join(from, reference);
  const config = named.endsWith('.json') ? named : join(named, 'tsconfig.json');
  if (seen.has(config)) return [];
  seen.add(config);
  const project = read(config);
  const folder = dirname(config);
  return [
    ...(project.include ?? []).map((included) => join(folder, included)),
    ...(project.references ?? []).flatMap(({ path }) => placesOf(path, folder, seen)),
  ];
}

const covered = placesOf('tsconfig.json', '', new Set());

test('every TypeScript file is type-checked', () => {
  const files = sourceFiles().filter(({ path }) => /[.]tsx?$/.test(path));
  const outside = files.filter(
    ({ path }) => !covered.some((place) => path.startsWith(`${place}/`) || matchesGlob(path, place)),
  );
  expect(outside.map(({ path }) => path)).toEqual([]);
  expect(covered).toContain('packages/domain/src');
});
