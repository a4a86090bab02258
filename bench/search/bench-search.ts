import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAt } from './measure-at.ts';
import { tableOf, type SearchFigures } from './measure-search.ts';

/**
 * `npm run bench:search -- --sizes 10000,100000`: the search over HTTP beside the same statement from bare clients, at each size.
 * `--keep <folder>` keeps the loaded databases there, one folder per size, and finds them again.
 */
const CLIENTS = 4;
const ROUNDS = 3;
const RESULTS = resolve(import.meta.dirname, '../results');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000' },
    keep: { type: 'string' },
    'round-ms': { type: 'string', default: '2000' },
  },
});
const sizes = values.sizes.split(',').map(Number);
const roundMs = Number(values['round-ms']);
if (![...sizes, roundMs].every((number) => Number.isInteger(number) && number > 0)) {
  throw new Error('--sizes and --round-ms are whole numbers above 0, such as --sizes 10000,100000 --round-ms 2000.');
}
const machine = `${String(availableParallelism())} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, ${String(CLIENTS)} clients`;
const all: SearchFigures[] = [];
say(machine);
for (const listings of sizes)
  all.push(
    ...(await measureAt({ listings, keep: values.keep ?? null, clients: CLIENTS, rounds: ROUNDS, roundMs, say })),
  );

const loads = `load average at the end ${loadavg()
  .map((load) => load.toFixed(1))
  .join(', ')}`;
const table = tableOf(all);
say(`\n${table}\n${loads}`);
await mkdir(RESULTS, { recursive: true });
const text = `# Search\n\n\`npm run bench:search -- --sizes ${values.sizes}\`, ${new Date().toISOString().slice(0, 10)}; ${machine}; ${loads}.\n`;
await writeFile(join(RESULTS, 'search.md'), `${text}\n${table}\n`);
await writeFile(join(RESULTS, 'search.json'), `${JSON.stringify({ machine, loads, figures: all }, null, 2)}\n`);
