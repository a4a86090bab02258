import { execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

/**
 * A user brings any Node from 20.19 on; what runs is the one that package.json pins, because npm puts node_modules/.bin first.
 * Without it the TypeScript of this repository would not even start.
 */
const repository = join(import.meta.dirname, '..');
const pinned = `v${manifest.devDependencies.node}`;

/** The PATH of the person who types `npm test`, without what npm has put in front of it since. */
function usersPath(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.filter((folder) => !folder.includes('node_modules')).join(delimiter);
}

test('tests run on the pinned Node', () => {
  expect(process.version).toBe(pinned);
});

test('npm scripts run on the pinned Node, whatever Node runs npm', () => {
  const version = execFileSync('npm', ['exec', '--offline', '--call', 'node --version'], {
    cwd: repository,
    encoding: 'utf8',
    env: { ...process.env, PATH: usersPath() },
  });
  expect(version.trim()).toBe(pinned);
});

test('the pinned Node runs TypeScript as it stands', () => {
  const file = join(repository, 'tools/boundaries/rules.ts');
  const script = `import(${JSON.stringify(file)}).then((rules) => console.log(rules.boundaries.forbidden.length > 0))`;
  expect(execFileSync(process.execPath, ['--eval', script], { encoding: 'utf8' }).trim()).toBe('true');
});
