import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { machineNote } from './frame/machine.ts';
import { pageOf, tableOf, type RowResult } from './frame/report.ts';
import { runRows } from './frame/run-rows.ts';
import { rows } from './rows.ts';

/**
 * `npm run bench`: every figure of the product beside its limit or its peer, in one table, written to bench/results. `--only
 * feed,jobs` measures some rows and leaves the results of the others as they are; `--quick` runs everything once and small and
 * writes nothing; `--sizes 10000,100000` are the markets of the search.
 */
const RESULTS = resolve(import.meta.dirname, 'results');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    sizes: { type: 'string', default: '10000,100000' },
  },
});
const { quick } = values;
const sizes = values.sizes.split(',').map(Number);
if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
  throw new Error('--sizes are whole numbers above 0, such as --sizes 10000,100000.');
}
const names = values.only === undefined ? Object.keys(rows) : values.only.split(',');
const { cores, load, node, processor } = machineNote();
say(`${String(cores)} cores (${processor}), Node ${node}, load average ${load.join(', ')}`);

const results = await runRows(rows, names, { quick, sizes, say }, async (result) => {
  say(tableOf([result]));
  if (!quick) await write(result);
});
say(`\n${tableOf(results)}`);
if (!quick) say(`\nWritten to ${join(RESULTS, 'bench.md')}, the raw figures beside it.`);
if (results.some(({ problem }) => problem !== null)) process.exitCode = 1;

/** Keeps a row's result at once: a run that is stopped later has not measured it for nothing. */
async function write(result: RowResult): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  await writeFile(fileOf(result.name), `${JSON.stringify(result, null, 2)}\n`);
  const kept = await Promise.all(Object.keys(rows).map(async (name) => lastResultOf(name)));
  await writeFile(join(RESULTS, 'bench.md'), pageOf(kept.filter((last) => last !== null)));
}

function fileOf(name: string): string {
  return join(RESULTS, `row-${name}.json`);
}

/** What the last run of a row has written; null when it was never run. */
async function lastResultOf(name: string): Promise<RowResult | null> {
  const text = await readFile(fileOf(name), 'utf8').catch(() => null);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by this very program
  return text === null ? null : (JSON.parse(text) as RowResult);
}
