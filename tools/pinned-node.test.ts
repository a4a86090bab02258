import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

/**
 * A user brings any Node from 20.19 on; what runs is the one that package.json pins, because npm puts node_modules/.bin first.
 * Without it the TypeScript of this repository would not even start.
 */
const repository = join(import.meta.dirname, '..');
const manifest = z.object({ devDependencies: z.object({ node: z.string() }) });
const pinned = `v${manifest.parse(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))).devDependencies.node}`;

test('tests run on the pinned Node', () => {
  expect(process.version).toBe(pinned);
});

test('npm scripts run on the pinned Node, whatever Node runs npm', () => {
  const version = execFileSync('npm', ['exec', '--offline', '--call', 'node --version'], {
    cwd: repository,
    encoding: 'utf8',
  });
  expect(version.trim()).toBe(pinned);
});

test('the pinned Node runs TypeScript as it stands', () => {
  const file = join(repository, 'tools/boundaries/rules.ts');
  const script = `import(${JSON.stringify(file)}).then((rules) => console.log(rules.boundaries.forbidden.length > 0))`;
  expect(execFileSync(process.execPath, ['--eval', script], { encoding: 'utf8' }).trim()).toBe('true');
});
