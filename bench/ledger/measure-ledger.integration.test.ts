// @module-tag ci

import { useTestDatabase } from '@rsm/db/testing';
import { expect, test } from 'vitest';
import { spreadOf } from '../frame/spread.ts';
import type { LedgerFigures } from './measure-ledger.ts';
import { measureLedger } from './measure-ledger.ts';
import { linesOf } from './report.ts';

const database = useTestDatabase();

/** Says nothing about speed: every part of the benchmark runs for a moment, so that it does not rot between two measurements. */
test('every contender does what it is measured by', async () => {
  const seen: LedgerFigures[] = [];
  const all = await measureLedger({
    url: database().url,
    poolMax: 4,
    houseClients: 4,
    machines: 3,
    limits: { rounds: 1, roundMs: 100 },
    onFigures: (figures) => seen.push(figures),
  });
  expect(seen).toEqual(all);
  expect(all.map(({ goal }) => goal)).toEqual([0.5, null, 0.6, 10_000, 0.5, 6]);
  for (const figures of all) {
    expect(figures.measured.first.min).toBeGreaterThan(0);
    expect(linesOf(figures).length).toBeGreaterThan(1);
  }
}, 60_000);

test('figures are said as their middle and their ends', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
  expect(spreadOf([4, 1, 2, 3])).toEqual({ min: 1, median: 2.5, max: 4 });
  expect(spreadOf([7])).toEqual({ min: 7, median: 7, max: 7 });
  expect(() => spreadOf([])).toThrow(RangeError);
});

test('a figure below its goal is called missed, and says how far it came', () => {
  const spread = { min: 0.2, median: 0.25, max: 0.3 };
  const figures: LedgerFigures = {
    what: 'bookings',
    clients: 2,
    names: ['the product', 'bare clients'],
    goal: 0.5,
    measured: { first: spread, second: spread, ratio: spread },
  };
  expect(linesOf(figures).at(-1)).toBe('  MISSED: the goal is at least 0.5 x; this is 50 % of it');
  expect(linesOf({ ...figures, goal: 0.25 }).at(-1)).toContain('ok');
});
