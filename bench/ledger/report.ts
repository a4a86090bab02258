import type { Spread } from '../frame/spread.ts';
import type { LedgerFigures } from './measure-ledger.ts';

const perSecond = ({ max, median, min }: Spread): string =>
  `${median.toFixed(0)}/s (${min.toFixed(0)} to ${max.toFixed(0)})`;

/** One measurement as lines for people: who, how fast, and how far from the goal. */
export function linesOf(figures: LedgerFigures): readonly string[] {
  const { clients, goal, measured, names, what } = figures;
  const [first = '', second = ''] = names;
  const head = `\n${what}, ${String(clients)} clients`;
  if (!('ratio' in measured)) {
    return [head, `  ${first}: ${perSecond(measured.first)}`, ...verdict(measured.first.median, goal, '/s')];
  }
  const { max, median, min } = measured.ratio;
  return [
    head,
    `  ${first}: ${perSecond(measured.first)}`,
    `  ${second}: ${perSecond(measured.second)}`,
    `  ratio ${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`,
    ...verdict(median, goal, ' x'),
  ];
}

function verdict(figure: number, goal: number | null, unit: string): readonly string[] {
  if (goal === null) return [];
  const share = ((figure / goal) * 100).toFixed(0);
  return [
    `  ${figure >= goal ? 'ok' : 'MISSED'}: the goal is at least ${String(goal)}${unit}; this is ${share} % of it`,
  ];
}
