import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles } from '../style/source-files.ts';

/** Every dependency has a reason in ADR 0006 and an exact version; no reason outlives its dependency. */
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const ADR = 'docs/adr/0006-dependencies.md';
const EXACT = /^\d+[.]\d+[.]\d+(-[\w.]+)?$/;

const wanted = sourceFiles()
  .filter(({ path }) => /(^|\/)package[.]json$/.test(path))
  .flatMap(({ path, text }) => {
    const { dependencies, devDependencies } = JSON.parse(text) as Manifest;
    return Object.entries({ ...dependencies, ...devDependencies }).map(([name, version]) => ({ path, name, version }));
  });
const outside = new Set(wanted.map(({ name }) => name).filter((name) => !name.startsWith('@rsm/')));
const explained = [
  ...readFileSync(join(import.meta.dirname, '../..', ADR), 'utf8').matchAll(/^\| `([^`]+)`\s*\|/gm),
].map(([, name = '']) => name);

test(`every dependency has its reason in ${ADR}`, () => {
  expect([...outside].filter((name) => !explained.includes(name))).toEqual([]);
});

test('no reason outlives its dependency', () => {
  expect(explained.filter((name) => !outside.has(name))).toEqual([]);
});

test('versions are exact', () => {
  expect(wanted.filter(({ version }) => !EXACT.test(version))).toEqual([]);
});

test('a package has one version in the whole workspace', () => {
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of wanted) versions.set(name, (versions.get(name) ?? new Set()).add(version));
  expect([...versions].filter(([, all]) => all.size > 1)).toEqual([]);
});
