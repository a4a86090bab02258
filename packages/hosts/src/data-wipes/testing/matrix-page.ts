import { matrixStrategies, misbehaviours, wipeMatrix, type MatrixCell, type MatrixEnd } from './wipe-matrix.ts';

const ENDS: Readonly<Record<MatrixEnd, string>> = {
  verified: 'verified',
  failed: 'failed',
  unverifiable: 'unverifiable',
  again: 'run again',
  alarm: 'host key alarm, unverifiable',
  gone: 'run again for 24 hours, then unverifiable',
};

function cellText(cell: MatrixCell | null): string {
  if (cell === null) return 'the same';
  const left = cell.left === 'not asked' || cell.left.length === 0 ? '' : `; left: ${cell.left.join(', ')}`;
  const gone = cell.orGone === undefined ? '' : ' (or gone with the last session)';
  return `${ENDS[cell.ends]}${left}${gone}`;
}

/** The matrix as a table of Markdown, as docs/wipes.md holds it: a row per misbehaviour, a column per strategy it strikes. */
export function matrixAsMarkdown(): string {
  const head = ['', ...matrixStrategies.map((strategy) => `\`${strategy}\``)];
  const rows = misbehaviours.map((what) => [
    what,
    ...matrixStrategies.map((strategy) => cellText(wipeMatrix[what][strategy])),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
