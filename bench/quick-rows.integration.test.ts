import { expect, test } from 'vitest';
import { rows } from './rows.ts';

/** Says nothing about speed: each row runs once and small, so that it does not rot between two measurements. */
test.each(['feed', 'jobs', 'memory', 'start', 'search', 'ledger'])(
  'the row "%s" measures what it names',
  { tags: 'deep', timeout: 240_000 },
  async (name) => {
    const row = await rows[name]?.();
    const figures = await row?.run({ quick: true, sizes: [30], say: () => undefined });
    expect(figures?.length).toBeGreaterThan(0);
    for (const { measured } of figures ?? []) expect(measured.median).not.toBeNaN();
  },
);

test('every row can be loaded and goes by its own name', async () => {
  for (const [name, load] of Object.entries(rows)) expect((await load()).name).toBe(name);
});
