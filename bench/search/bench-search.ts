import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { hasUsers, loadMarket, migrateToLatest, startEmbeddedPostgres } from '@rsm/db';
import { instant, type Clock } from '@rsm/domain/common/instant';
import { currencySchema } from '@rsm/domain/common/money';
import { measureSearch, tableOf, type SearchFigures } from './measure-search.ts';
import { serveProduct } from './serve.ts';
import { startStraightforward } from './straightforward/start-straightforward.ts';

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
for (const listings of sizes) all.push(...(await measureAt(listings)));

const loads = `load average at the end ${loadavg()
  .map((load) => load.toFixed(1))
  .join(', ')}`;
const table = tableOf(all);
say(`\n${table}\n${loads}`);
await mkdir(RESULTS, { recursive: true });
const text = `# Search\n\n\`npm run bench:search -- --sizes ${values.sizes}\`, ${new Date().toISOString().slice(0, 10)}; ${machine}; ${loads}.\n`;
await writeFile(join(RESULTS, 'search.md'), `${text}\n${table}\n`);
await writeFile(join(RESULTS, 'search.json'), `${JSON.stringify({ machine, loads, figures: all }, null, 2)}\n`);

async function measureAt(listings: number): Promise<readonly SearchFigures[]> {
  const kept = values.keep === undefined ? null : join(resolve(values.keep), String(listings));
  const dataDir = kept ?? (await mkdtemp(join(tmpdir(), 'rsm-bench-search-')));
  await mkdir(dataDir, { recursive: true });
  // As root, Postgres runs as another user and must pass through.
  await chmod(dataDir, 0o755);
  try {
    const postgres = await startEmbeddedPostgres({ dataDir });
    try {
      const { ownerUrl, url } = postgres;
      await migrateToLatest({ ownerUrl, applicationRole: 'rsm_app' });
      const clock: Clock = { now: () => instant(Date.now()) };
      if (!(await hasUsers(ownerUrl))) {
        say(`Loading ${listings.toLocaleString('en-US')} listings …`);
        await loadMarket({ ownerUrl, listings, seed: 1, nowMs: clock.now(), currency: currencySchema.parse('EUR') });
      }
      const serving = await serveProduct({ url, ownerUrl, dataDir });
      const straightforward = await startStraightforward(url);
      try {
        return await measureSearch({
          url,
          baseUrl: serving.baseUrl,
          straightforward,
          listings,
          clients: CLIENTS,
          rounds: ROUNDS,
          roundMs,
          clock,
          onFigures: ({ bare, http, name, straightforward }) =>
            say(
              `${name}: HTTP ${http.perSecond.toFixed(0)}/s, p99 ${http.p99Ms.toFixed(1)} ms; bare ${bare.perSecond.toFixed(0)}/s` +
                (straightforward === null ? '' : `; straightforward ${straightforward.perSecond.toFixed(1)}/s`),
            ),
        });
      } finally {
        await straightforward.stop();
        await serving.stop();
      }
    } finally {
      await postgres.stop();
    }
  } finally {
    if (kept === null) await rm(dataDir, { recursive: true, force: true });
  }
}
