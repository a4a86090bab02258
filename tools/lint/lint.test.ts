import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/**
 * A lint rule that is spelt wrong, or switched off by an option, is silent. Each fixture is named after the one rule that has to
 * fire on it (`rule.ts`, or `rule--case.ts`), so that silence is seen.
 */
const REPOSITORY = join(import.meta.dirname, '../..');
const FIXTURES = join(import.meta.dirname, 'fixtures');
const TIME_LIMIT_MS = 60_000;

interface Report {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
}

const fixtures = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => basename(path));
let house: string;
let found: Map<string, Set<string>>;

beforeAll(() => {
  house = realpathSync(mkdtempSync(join(tmpdir(), 'rsm-lint-')));
  cpSync(FIXTURES, house, { recursive: true });
  const config = JSON.parse(readFileSync(join(REPOSITORY, '.oxlintrc.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(house, '.oxlintrc.json'), JSON.stringify({ ...config, ignorePatterns: ['node_modules'] }));
  cpSync(join(REPOSITORY, 'tsconfig.base.json'), join(house, 'tsconfig.base.json'));
  symlinkSync(join(REPOSITORY, 'node_modules'), join(house, 'node_modules'));
  found = rulesByFixture();
});

afterAll(() => {
  rmSync(house, { recursive: true, force: true });
});

function rulesByFixture(): Map<string, Set<string>> {
  const run = spawnSync('oxlint', ['--format=json'], { cwd: house, encoding: 'utf8', timeout: TIME_LIMIT_MS });
  const report = JSON.parse(run.stdout) as Report;
  const rules = new Map<string, Set<string>>();
  for (const { code, filename } of report.diagnostics) {
    const rule = /\((.+)\)/.exec(code)?.[1] ?? code;
    const fixture = basename(filename);
    rules.set(fixture, (rules.get(fixture) ?? new Set()).add(rule));
  }
  return rules;
}

test.each(fixtures)('%s is refused by its rule and no other', (fixture) => {
  const rule = fixture.replace(/(--.*)?[.]ts$/, '');
  expect([...(found.get(fixture) ?? [])]).toEqual([rule]);
});

test('a fixture that breaks nothing would be seen', () => {
  expect(found.size).toBe(fixtures.length);
});
