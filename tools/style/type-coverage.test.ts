import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles } from './source-files.ts';

/** `npm run check:types` sees what tsconfig.json refers to, and nothing says that a file is in none of it. */
interface Project {
  readonly references?: readonly { readonly path: string }[];
  readonly include?: readonly string[];
}

const REPOSITORY = join(import.meta.dirname, '../..');
const read = (path: string): Project => JSON.parse(readFileSync(join(REPOSITORY, path), 'utf8')) as Project;

/** The files and folders of all projects, relative to the repository. */
const covered = (read('tsconfig.json').references ?? []).flatMap(({ path }) => {
  const config = path.endsWith('.json') ? path : `${path}/tsconfig.json`;
  const folder = config.includes('/') ? config.replace(/[^/]*$/, '') : '';
  return (read(config).include ?? []).map((included) => folder + included);
});

test('every TypeScript file is type-checked', () => {
  const files = sourceFiles().filter(({ path }) => /[.]tsx?$/.test(path));
  const outside = files.filter(({ path }) => !covered.some((place) => path === place || path.startsWith(`${place}/`)));
  expect(outside.map(({ path }) => path)).toEqual([]);
  expect(covered).toContain('packages/domain/src');
});
