import { describe, expect, it } from 'vitest';
import { breadthOf, breadthTags, commandThatRuns } from './test-breadth.ts';

const leftOut = (env: Readonly<Record<string, string>>): readonly string[] =>
  breadthTags(breadthOf(env)).flatMap(({ name, skip }) => (skip ? [name] : []));

describe('the breadth of a run', () => {
  it.each([
    ['in CI and for named files leaves out what is deep', {}, ['deep']],
    ['for a person leaves out what is left to CI too', { RSM_TEST_QUICK: '1' }, ['deep', 'ci']],
    ['of full counts leaves out nothing', { RSM_TEST_DEPTH: 'deep' }, []],
    ['of full counts leaves out nothing, whoever waits', { RSM_TEST_DEPTH: 'deep', RSM_TEST_QUICK: '1' }, []],
    ['is asked for with 1, and with nothing else', { RSM_TEST_DEPTH: 'sample', RSM_TEST_QUICK: '0' }, ['deep']],
  ])('%s', (_case, env, expected) => {
    expect(leftOut(env)).toEqual(expected);
  });
});

describe('a test that was left out', () => {
  const QUICK = { isDeep: false, isQuick: true };
  it.each([
    [['deep'], 'npm run test:deep'],
    [['ci'], 'CI=true npm test'],
    // With both it needs the deep run.
    [['ci', 'deep'], 'npm run test:deep'],
    [[], undefined],
  ])('with the tags %j is run by %s', (tags, command) => {
    expect(commandThatRuns(tags, QUICK)).toBe(command);
  });

  it('is said to be run by nothing else, where it was left out for its name (bug: a run of full counts named itself)', () => {
    expect(commandThatRuns(['ci'], { isDeep: false, isQuick: false })).toBeUndefined();
    expect(commandThatRuns(['ci', 'deep'], { isDeep: true, isQuick: false })).toBeUndefined();
  });
});
