import { describe, expect, it } from 'vitest';
import { accessModes } from '../machines/machine.ts';
import type { WipeFinding } from './data-wipe.ts';
import { verdictOf, wipeStrategyKinds } from './data-wipe.ts';
import { basePlanFor, wipePlanFor } from './wipe-plan.ts';

const finding = (verdict: WipeFinding['verdict']): WipeFinding => ({ check: 'files', verdict, detail: '' });

describe('the verdict of a wipe', () => {
  it.each<[string, readonly WipeFinding[], string]>([
    ['everything is clean', [finding('clean'), finding('clean')], 'verified'],
    ['one thing was found', [finding('clean'), finding('found')], 'failed'],
    ['one check could not look', [finding('clean'), finding('could_not_look')], 'unverifiable'],
    ['found outweighs could not look', [finding('could_not_look'), finding('found')], 'failed'],
    ['nobody looked', [], 'unverifiable'],
  ])('when %s', (_name, findings, expected) => {
    expect(verdictOf(findings)).toBe(expected);
  });
});

describe.each(accessModes)('the plan for %s', (accessMode) => {
  it('keeps every base step in order, whatever is added', () => {
    const base = basePlanFor(accessMode);
    const plan = wipePlanFor(accessMode, wipeStrategyKinds.toReversed());
    expect(plan.filter((kind) => base.includes(kind))).toEqual(base);
  });

  it('is the base plan when nothing is added', () => {
    expect(wipePlanFor(accessMode, [])).toEqual(basePlanFor(accessMode));
  });
});
