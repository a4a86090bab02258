import { readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { expect, test } from 'vitest';
import { buildHouse, FIXTURES } from './fixture-house.ts';
import { boundaries } from './rules.ts';

const WHOLE_HOUSE = ['apps', 'packages'];

/** Where the walk begins: the files that are laid over the legal house, and what they import. The deep tests walk through all of it. */
async function entriesOf(fixtures: readonly string[]): Promise<readonly string[]> {
  if (fixtures.length === 0 || process.env['RSM_TEST_DEPTH'] === 'deep') return WHOLE_HOUSE;
  const entries = await Promise.all(
    fixtures.map((fixture) =>
      readdir(join(FIXTURES, fixture), { recursive: true, withFileTypes: true }).then((found) =>
        found
          .filter((entry) => entry.isFile())
          .map((entry) => join(relative(join(FIXTURES, fixture), entry.parentPath), entry.name)),
      ),
    ),
  );
  return entries.flat();
}

/** The names of the rules that fire on the legal house with the given fixture laid over it. */
async function rulesBrokenBy(...fixtures: readonly string[]): Promise<string[]> {
  const house = await buildHouse('legal', ...fixtures);
  try {
    const result = await cruise(
      [...(await entriesOf(fixtures))],
      {
        ...boundaries.options,
        baseDir: house.folder,
        validate: true,
        ruleSet: { forbidden: boundaries.forbidden },
      },
      { ...boundaries.options.enhancedResolveOptions, bustTheCache: true },
    );
    const { summary } = result.output as ICruiseResult;
    return [...new Set(summary.violations.map((violation) => violation.rule.name))].toSorted();
  } finally {
    await house.remove();
  }
}

const rules = boundaries.forbidden.map((rule) => rule.name).toSorted();
const fixtures = readdirSync(FIXTURES).filter((name) => name !== 'legal');
const cases = fixtures.flatMap((rule) => readdirSync(join(FIXTURES, rule)).map((name) => ({ rule, name })));

test('the legal house breaks no rule', async () => {
  expect(await rulesBrokenBy()).toEqual([]);
});

test('every rule has a fixture, and every fixture a rule', () => {
  expect(fixtures.toSorted()).toEqual(rules);
});

test('every rule is an error: a warning would be a baseline', () => {
  expect(boundaries.forbidden.filter((rule) => rule.severity !== 'error')).toEqual([]);
});

test.each(cases)('$rule refuses $name, and no other rule does', async ({ rule, name }) => {
  expect(await rulesBrokenBy(join(rule, name))).toEqual([rule]);
});
