import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { matrixAsMarkdown } from './testing/matrix-page.ts';
import { containerResidues, matrixStrategies, misbehaviours, residues, wipeMatrix } from './testing/wipe-matrix.ts';

const PAGE = readFileSync(new URL('../../../../docs/wipes.md', import.meta.url), 'utf8');

/** The rows of all tables, without the space that the formatter puts between. */
const rowsOf = (markdown: string): readonly string[] =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^[|\s-]+$/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()).join('|')); // prettier-ignore

test('the page about clean-ups shows the matrix as the tests run it', () => {
  expect(rowsOf(PAGE)).toEqual(expect.arrayContaining([...rowsOf(matrixAsMarkdown())]));
  const shown = rowsOf(PAGE).filter((row) => misbehaviours.some((what) => row.startsWith(`|${what}|`)));
  expect(shown).toHaveLength(misbehaviours.length);
  for (const residue of [...residues, ...containerResidues]) expect(PAGE).toContain(residue);
});

test('no cell of the matrix ends verified with something left', () => {
  const cells = misbehaviours.flatMap((what) => matrixStrategies.map((strategy) => wipeMatrix[what][strategy]));
  expect(cells.filter((cell) => cell?.ends === 'verified' && cell.left.length > 0)).toEqual([]);
});
