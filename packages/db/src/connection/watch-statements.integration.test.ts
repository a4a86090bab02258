import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { useTestDatabase } from '../testing/test-database.ts';
import { createKnex } from './create-knex.ts';
import { watchStatements, type SlowStatement, type StatementSeen } from './watch-statements.ts';

const database = useTestDatabase();
let knex: Knex;
const seen: StatementSeen[] = [];
const slow: SlowStatement[] = [];

beforeAll(() => {
  knex = createKnex({ url: database().url, poolMax: 2 });
  watchStatements(knex, {
    onStatement: (statement) => seen.push(statement),
    slowMs: 50,
    onSlow: (statement) => slow.push(statement),
  });
});
afterAll(async () => knex.destroy());
beforeEach(() => {
  seen.length = 0;
  slow.length = 0;
});

describe('the watch over statements', () => {
  it('sees each with its name, text and time, and never a value', async () => {
    await knex.raw('SELECT ?::text AS word', ['a secret']).options({ name: 'rsm_say_word' });
    await knex('machines').where({ name: 'a secret' });
    expect(seen.map(({ name, hasFailed }) => [name, hasFailed])).toEqual([
      ['say_word', false],
      [null, false],
    ]);
    expect(seen.every(({ durationMs }) => durationMs > 0)).toBe(true);
    expect(JSON.stringify(seen)).not.toContain('a secret');
  });

  it('sees those inside a transaction, and those that fail', async () => {
    await expect(knex.transaction(async (trx) => trx.raw('SELECT 1 / 0'))).rejects.toThrow('division by zero');
    expect(seen.map(({ text, hasFailed }) => [text, hasFailed])).toEqual([['SELECT 1 / 0', true]]);
  });

  it('hands over the slow ones with the shape of their plan, which is the same whatever the values', async () => {
    const find = async (name: string): Promise<void> => {
      await knex
        .raw('SELECT name FROM pg_sleep(0.1) LEFT JOIN machines ON name = ?', [name])
        .options({ name: 'rsm_find_slowly' });
    };
    await find('one');
    await find('two');
    await knex.raw('SELECT pg_sleep(0.1)');
    await expect.poll(() => slow.length).toBe(3);
    const [one, two, other] = slow.map(({ planHash }) => planHash);
    expect(one).toMatch(/^[0-9a-f]{12}$/);
    expect(two).toBe(one);
    expect(other).not.toBe(one);
    expect(slow[0]?.name).toBe('find_slowly');
  });

  it('tells of no quick one that it was slow, and of one without a plan that it has none', async () => {
    await knex.raw('SELECT 1');
    await knex.raw(`DO 'BEGIN PERFORM pg_sleep(0.1); END'`);
    await expect.poll(() => slow.length).toBe(1);
    expect(slow[0]).toMatchObject({ planHash: null, hasFailed: false });
  });
});
