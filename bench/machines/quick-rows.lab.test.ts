// @module-tag ci

import { expect, test } from 'vitest';
import { rows } from '../rows.ts';

/** As the other rows: once and small, on a real host. */
test.each(['ssh', 'login', 'wipe'])(
  'the row "%s" measures what it names',
  { tags: 'deep', timeout: 900_000 },
  async (name) => {
    const row = await rows[name]?.();
    const figures = await row?.run({ quick: true, sizes: [], say: () => undefined });
    for (const { measured } of figures ?? []) expect(measured.median).toBeGreaterThan(0);
    expect(figures?.length).toBeGreaterThan(0);
  },
);
