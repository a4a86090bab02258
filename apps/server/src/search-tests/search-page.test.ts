import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instant } from '@rsm/domain/common/instant';
import { parseQuery } from '@rsm/domain/listings/query/parse-query';
import { queryFields } from '@rsm/domain/listings/query/query-fields';
import { describe, expect, it } from 'vitest';

/** Reads docs/search.md as people do: every example must be understood, and every field must be told of. */
const page = readFileSync(join(import.meta.dirname, '../../../../docs/search.md'), 'utf8');
const times = { now: instant(Date.UTC(2026, 10, 28)), fromLocal: instant };

const blocks = [...page.matchAll(/^```query\n([\s\S]*?)\n```$/gm)].flatMap(([, text = '']) => text.split('\n'));
const rows = [...page.matchAll(/^\| `(\w+)`(?:, `(\w+)`)? +\| `([<>= ]+)` +\|.*\| `([^`]+)` *\|$/gm)].map(
  ([, name = '', alias, operators = '', example = '']) => ({
    names: alias === undefined ? [name] : [name, alias],
    operators: operators.trim().split(' '),
    example,
  }),
);

describe('the page about searching', () => {
  it.each([...blocks, ...rows.map(({ example }) => example)])('is right about %s', (example) => {
    const { errors, filter, sort } = parseQuery(example, times);
    expect(errors).toEqual([]);
    expect(Object.keys(filter).length > 0 || sort !== null).toBe(true);
  });

  it('tells every field with its names and operators, and no other', () => {
    expect(blocks.length).toBeGreaterThan(5);
    expect(rows.map(({ names, operators }) => ({ names, operators }))).toEqual(
      queryFields.map(({ names, operators }) => ({ names, operators })),
    );
  });
});
