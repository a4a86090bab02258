import { describe, expect, it } from 'vitest';
import { navigationFor } from './navigation.ts';

const pathsOf = (isAdmin: boolean): readonly string[] =>
  navigationFor({ isAdmin }).flatMap(({ items }) => items.map(({ to }) => to));

describe('the side bar', () => {
  it('has the operator’s place for administrators only', () => {
    expect(pathsOf(false)).not.toContain('/operator');
    expect(pathsOf(true)).toEqual(expect.arrayContaining([...pathsOf(false), '/operator']));
  });
});
