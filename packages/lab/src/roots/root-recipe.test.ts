import { describe, expect, it } from 'vitest';
import { recipeVersion, rootRecipe } from './root-recipe.ts';

describe('a root recipe', () => {
  it('has a version of its own for each root, the same every time', () => {
    const versions = (['bare', 'debian', 'podman', 'docker'] as const).map(recipeVersion);

    expect(new Set(versions).size).toBe(4);
    expect(versions).toEqual((['bare', 'debian', 'podman', 'docker'] as const).map(recipeVersion));
    for (const version of versions) expect(version).toMatch(/^[0-9a-f]{12}$/);
  });

  it('leaves out of the bare root what the others add', () => {
    const bare = rootRecipe('bare').packages;

    for (const name of ['sudo', 'cron', 'sysbench', 'fio', 'podman']) expect(bare).not.toContain(name);
  });
});
