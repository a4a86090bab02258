import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { API_PATH } from '@rsm/server/http';
import { httpTableOf, measureHttp } from './measure-http.ts';

/**
 * `npm run bench:http`: the product's HTTP layer with tRPC's official adapter and with the thin one, beside a bare node:http
 * server that sends the same answers. No database: the difference is what a call costs by itself.
 */
const RESULTS = resolve(import.meta.dirname, '../results');
const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '5' },
    'round-ms': { type: 'string', default: '1500' },
  },
});
const [clients = 0, rounds = 0, roundMs = 0] = [values.clients, values.rounds, values['round-ms']].map(Number);
if (![clients, rounds, roundMs].every((number) => Number.isInteger(number) && number > 0)) {
  throw new Error('--clients, --rounds and --round-ms are whole numbers above 0.');
}
const figures = await measureHttp({ apiPath: API_PATH, clients, rounds, roundMs });
const loads = loadavg()
  .map((load) => load.toFixed(1))
  .join(', ');
const machine = `${String(availableParallelism())} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, ${String(clients)} connections`;
const table = httpTableOf(figures);
process.stdout.write(`${machine}\n\n${table}\nload average ${loads}\n`);
await mkdir(RESULTS, { recursive: true });
const text = `# HTTP\n\n\`npm run bench:http\`, ${new Date().toISOString().slice(0, 10)}; ${machine}; load average at the end ${loads}.\n`;
await writeFile(join(RESULTS, 'http.md'), `${text}\n${table}\n`);
await writeFile(join(RESULTS, 'http.json'), `${JSON.stringify({ machine, loads, figures }, null, 2)}\n`);
