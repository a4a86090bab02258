import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hasUsers, loadMarket, migrateToLatest, startEmbeddedPostgres } from '@rsm/db';
import { instant, type Clock } from '@rsm/domain/common/instant';
import { currencySchema } from '@rsm/domain/common/money';
import { measureSearch, type SearchFigures } from './measure-search.ts';
import { serveProduct } from './serve.ts';
import { startStraightforward } from './straightforward/start-straightforward.ts';

/** Loads a market of that size into a Postgres of its own, serves it, and measures every search on it. */
export async function measureAt(options: {
  readonly listings: number;
  /** Where the loaded database is kept, one folder per size, and found again; null for a run that leaves nothing. */
  readonly keep: string | null;
  readonly clients: number;
  readonly rounds: number;
  readonly roundMs: number;
  readonly say: (line: string) => void;
}): Promise<readonly SearchFigures[]> {
  const { clients, keep, listings, roundMs, rounds, say } = options;
  const kept = keep === null ? null : join(resolve(keep), String(listings));
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
          clients,
          rounds,
          roundMs,
          clock,
          onFigures: ({ bare, http, name, straightforward: plain }) =>
            say(
              `${name}: HTTP ${http.perSecond.toFixed(0)}/s, p99 ${http.p99Ms.toFixed(1)} ms; bare ${bare.perSecond.toFixed(0)}/s` +
                (plain === null ? '' : `; straightforward ${plain.perSecond.toFixed(1)}/s`),
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
