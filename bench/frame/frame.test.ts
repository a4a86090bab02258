import { describe, expect, it } from 'vitest';
import { figuresOf } from '../desktop/desktop-row.ts';
import type { MachineNote } from './machine.ts';
import { digits, pageOf, tableOf, verdictOf, type RowResult } from './report.ts';
import { besideOf, type Figure, type Row } from './row.ts';
import { runRows } from './run-rows.ts';
import { quantileOf, spreadOf } from './spread.ts';

const figure: Figure = {
  what: 'command',
  unit: 'ms',
  measured: spreadOf([3, 4, 5]),
  beside: { what: 'by hand', measured: spreadOf([8]) },
  ratio: spreadOf([2, 2.5]),
  goals: [
    { atMost: 5, of: 'figure' },
    { atLeast: 3, of: 'ratio' },
  ],
};
const note: MachineNote = {
  at: '2030-01-01T00:00',
  cores: 2,
  processor: 'A processor',
  kernel: '6.1',
  node: 'v24',
  load: [9.1, 8, 7],
};
const result: RowResult = {
  name: 'ssh',
  title: 'SSH',
  machine: { before: note, after: note },
  seconds: 12.4,
  figures: [figure],
  problem: null,
};
const quiet = { quick: true, sizes: [], say: () => undefined };

describe('figures', () => {
  it('are the middle and the ends of rounds, and ratios those of neighbours', () => {
    expect(quantileOf([5, 1, 4, 2, 3], 0.99)).toBe(5);
    expect(quantileOf([5, 1, 4, 2, 3], 0.5)).toBe(3);
    expect(() => quantileOf([], 0.5)).toThrow(RangeError);
    const rounds = besideOf([
      { product: 10, beside: 5 },
      { product: 9, beside: 3 },
    ]);
    expect(rounds).toEqual({ product: [10, 9], beside: [5, 3], ratio: [2, 3] });
  });

  it.each([
    [0, '0'],
    [0.004_56, '0.005'],
    [1.234, '1.23'],
    [12.34, '12.3'],
    [123.4, '123'],
    [1_234_567.8, '1,234,568'],
  ])('%d is written with three digits that count', (value, text) => {
    expect(digits(value)).toBe(text);
  });
});

describe('a goal', () => {
  it('that is met says so, one that is missed how far off it is', () => {
    expect(figure.goals.map((goal) => verdictOf(figure, goal))).toEqual([
      '≤ 5.00 ms: met',
      '≥ 3.00 x: MISSED, 75.0 % of it',
    ]);
    expect(verdictOf(figure, { atMost: 2, of: 'figure' })).toBe('≤ 2.00 ms: MISSED, 2.00 times it');
    expect(verdictOf(figure, { atMost: 2.25, of: 'ratio' })).toBe('≤ 2.25 x: met');
  });

  it('without its figure is a mistake of the row', () => {
    expect(() => verdictOf({ ...figure, goals: [] }, { of: 'figure' })).toThrow(RangeError);
  });
});

describe('the page', () => {
  it('has a line per figure, and says where, when and under which load', () => {
    expect(tableOf([result]).split('\n').at(-1)).toBe(
      '| ssh | command | 4.00 ms (3.00 to 5.00) | by hand: 8.00 ms | 2.25 x (2.00 to 2.50) | ≤ 5.00 ms: met; ≥ 3.00 x: MISSED, 75.0 % of it |',
    );
    expect(pageOf([result])).toContain('2 cores (A processor), Linux 6.1, Node v24; load 9.1, 8, 7 before');
  });

  it('says why a row was not measured', () => {
    expect(tableOf([{ ...result, figures: [], problem: 'no lab | here' }])).toContain('not measured: no lab   here');
  });
});

describe('running rows', () => {
  const row = (name: string, run: Row['run']): (() => Promise<Row>) => {
    return async () => Promise.resolve({ name, title: name, run });
  };

  it('goes on after one that fails, and hands on each result when it is there', async () => {
    const seen: string[] = [];
    const results = await runRows(
      { bad: row('bad', async () => Promise.reject(new Error('no lab'))), good: row('good', async () => [figure]) },
      ['bad', 'good'],
      quiet,
      async ({ name }) => void seen.push(name),
    );
    expect(results).toMatchObject([
      { name: 'bad', problem: 'no lab', figures: [] },
      { name: 'good', problem: null, figures: [figure] },
    ]);
    expect(seen).toEqual(['bad', 'good']);
  });

  it('refuses a name that is no row before anything is measured', async () => {
    const run = runRows({ good: row('good', async () => [figure]) }, ['good', 'feeed'], quiet, async () => undefined);
    await expect(run).rejects.toThrow('There is no row "feeed". The rows are good.');
  });
});

it('the lines of the desktop become figures with their limits', () => {
  const text = 'ok    first usable screen: 321.5 ms (limit 900 ms)\nnoise\nOVER  row elements: 61.0  (limit 60 )\n';
  expect(figuresOf(text)).toMatchObject([
    { what: 'first usable screen', unit: 'ms', measured: { median: 321.5 }, goals: [{ atMost: 900 }] },
    { what: 'row elements', unit: '', measured: { median: 61 }, goals: [{ atMost: 60 }] },
  ]);
  expect(() => figuresOf('nothing')).toThrow('It printed no figure');
});
