import { machineNote } from './machine.ts';
import type { RowResult } from './report.ts';
import type { Row, RowContext } from './row.ts';

/**
 * Measures the named rows one after the other. A row that fails is reported and stops no other one; a stop between two rows is
 * heeded.
 * @throws RangeError when there is no row of that name
 */
export async function runRows(
  rows: Readonly<Record<string, () => Promise<Row>>>,
  names: readonly string[],
  context: RowContext,
  onResult: (result: RowResult) => Promise<void>,
): Promise<readonly RowResult[]> {
  const unknown = names.find((name) => rows[name] === undefined);
  if (unknown !== undefined) {
    throw new RangeError(`There is no row "${unknown}". The rows are ${Object.keys(rows).join(', ')}.`);
  }
  const results: RowResult[] = [];
  for (const name of names) {
    context.say(`\n${name} …`);
    const result = await measure(name, rows[name], context);
    if (result.problem !== null) context.say(`${name} could not be measured: ${result.problem}`);
    results.push(result);
    await onResult(result);
  }
  return results;
}

async function measure(name: string, load: (() => Promise<Row>) | undefined, context: RowContext): Promise<RowResult> {
  const before = machineNote();
  const begin = performance.now();
  const ended = () => ({ machine: { before, after: machineNote() }, seconds: (performance.now() - begin) / 1_000 });
  try {
    if (load === undefined) throw new RangeError(`There is no row "${name}".`);
    const row = await load();
    const figures = await row.run(context);
    return { name, title: row.title, figures, problem: null, ...ended() };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { name, title: name, figures: [], problem, ...ended() };
  }
}
