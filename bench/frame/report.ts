import type { MachineNote } from './machine.ts';
import type { Figure, Goal } from './row.ts';
import type { Spread } from './spread.ts';

/** What became of one row. */
export interface RowResult {
  readonly name: string;
  readonly title: string;
  /** Before and after it was measured. */
  readonly machine: { readonly before: MachineNote; readonly after: MachineNote };
  readonly seconds: number;
  readonly figures: readonly Figure[];
  /** Why there are no figures; null when there are. */
  readonly problem: string | null;
}

/** A number with three digits that count. */
export function digits(value: number): string {
  if (value === 0) return '0';
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(places, 3)).replace(/\B(?=(\d{3})+(?!\d))/g, value >= 1_000 ? ',' : '');
}

const withEnds = ({ max, median, min }: Spread, unit: string): string =>
  min === max ? `${digits(median)} ${unit}` : `${digits(median)} ${unit} (${digits(min)} to ${digits(max)})`;

/** Says whether a goal is met, or how far from it the figure is. */
export function verdictOf(figure: Figure, goal: Goal): string {
  const value = goal.of === 'ratio' ? figure.ratio?.median : figure.measured.median;
  const limit = goal.atMost ?? goal.atLeast;
  if (value === undefined || limit === undefined) throw new RangeError(`"${figure.what}" has no such figure or limit.`);
  const unit = goal.of === 'ratio' ? 'x' : figure.unit;
  const named = `${goal.atMost === undefined ? '≥' : '≤'} ${digits(limit)} ${unit}`;
  const isMet = goal.atMost === undefined ? value >= limit : value <= limit;
  if (isMet) return `${named}: met`;
  const distance =
    goal.atMost === undefined ? `${digits((value / limit) * 100)} % of it` : `${digits(value / limit)} times it`;
  return `${named}: MISSED, ${distance}`;
}

const HEAD = ['| row | measured | figure | beside | ratio | goal |', '| --- | --- | --- | --- | --- | --- |'];

/** All results as one table in Markdown. */
export function tableOf(results: readonly RowResult[]): string {
  return [...HEAD, ...results.flatMap((result) => linesOf(result))].join('\n');
}

function linesOf({ name, figures, problem }: RowResult): readonly string[] {
  if (problem !== null) return [`| ${name} | not measured: ${problem.replaceAll(/[|\n]/g, ' ')} | | | | |`];
  return figures.map((figure) => {
    const { beside, goals, measured, ratio, unit, what } = figure;
    const cells = [
      name,
      what,
      withEnds(measured, unit),
      beside === undefined ? '' : `${beside.what}: ${withEnds(beside.measured, unit)}`,
      ratio === undefined ? '' : withEnds(ratio, 'x'),
      goals.map((goal) => verdictOf(figure, goal)).join('; '),
    ];
    return `| ${cells.join(' | ')} |`;
  });
}

/** The whole page: every row with its last result, whenever that was measured. */
export function pageOf(results: readonly RowResult[]): string {
  const notes = results.map(({ machine: { before, after }, name, seconds }) => {
    const { at, cores, kernel, node, processor } = before;
    const loads = `load ${before.load.join(', ')} before, ${after.load.join(', ')} after`;
    return `- ${name}: ${at} UTC, ${String(cores)} cores (${processor}), Linux ${kernel}, Node ${node}; ${loads}; ${seconds.toFixed(0)} s`;
  });
  return [
    '# Results of `npm run bench`',
    '',
    'Median (least to most) of the rounds; ratios are of neighbouring rounds. Written by the command; [the rows](../README.md) are explained beside it.',
    '',
    tableOf(results),
    '',
    ...notes,
    '',
  ].join('\n');
}
