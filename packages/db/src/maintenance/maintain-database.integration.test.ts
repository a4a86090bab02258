import { DAY_MS, instant, plusMs } from '@rsm/domain/common/instant';
import { expect, it } from 'vitest';

import { createKnex } from '../connection/create-knex.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { maintainDatabase } from './maintain-database.ts';

it('makes partitions ahead, drops old ones, and may be called again and again', async () => {
  const database = await createTestDatabase();
  const knex = createKnex({ url: database.url });
  const partitions = async (): Promise<readonly string[]> => {
    const { rows } = await knex.raw<{ rows: { name: string }[] }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1`,
    );
    return rows.map((row) => row.name);
  };
  try {
    const now = instant(Date.UTC(2031, 4, 10));
    await maintainDatabase(knex, now);
    await maintainDatabase(knex, now);
    expect(await partitions()).toEqual(
      expect.arrayContaining(['events_2031_05', 'events_2031_06', 'events_2031_07', 'events_2031_08']),
    );
    await maintainDatabase(knex, plusMs(now, 14 * 31 * DAY_MS));
    const kept = await partitions();
    expect(kept).not.toContain('events_2031_05');
    expect(kept).toContain('events_2032_07');
  } finally {
    await knex.destroy();
    await database.drop();
  }
});
