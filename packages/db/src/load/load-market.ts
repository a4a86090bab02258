import { createHash } from 'node:crypto';

import { DAY_MS } from '@rsm/domain/common/instant';
import type { Currency } from '@rsm/domain/common/money';
import { Client } from 'pg';

import { bulkLoad } from './bulk-load.ts';
import { copyRows } from './copy-rows.ts';
import { emptyBatch } from './load-tables.ts';
import { MarketMaker } from './market-maker.ts';
import { SeededRandom } from './seeded-random.ts';

export type LoadMarketOptions = {
  /** The owner's role: triggers are paused while the rows come. */
  readonly ownerUrl: string;
  readonly listings: number;
  readonly seed: number;
  readonly nowMs: number;
  readonly currency: Currency;
  /** Called now and then, with how many listings are there. */
  readonly onProgress?: (listings: number) => void;
  readonly signal?: AbortSignal;
};

export type LoadedMarket = {
  readonly listings: number;
  readonly bookings: number;
  readonly blocks: number;
  readonly gaps: number;
  readonly bytes: bigint;
};

/** Listings that are in memory at a time. */
export const BATCH_LISTINGS = 2_000;
const RAW_OUTPUT = 'Made by seed:load: nobody measured this.\n';
/** What these would do row by row is done at the end in one piece, which is many times cheaper. */
const PAUSED_TRIGGERS = [
  ['listings', 'listings_on_the_market'],
  ['units', 'units_gaps_opened'],
  ['occupancies', 'occupancies_gaps_added'],
  ['ledger_entries', 'ledger_entries_balanced'],
] as const;
const SUMMARIES = ['market_listings', 'market_words', 'unit_gaps'] as const;

/** Whether there is anybody. Whoever is there may be real: nothing is loaded beside them. */
export async function hasUsers(ownerUrl: string): Promise<boolean> {
  return withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<{ found: boolean }>('SELECT EXISTS (SELECT FROM users) AS found');
    return rows[0]?.found !== false;
  });
}

/**
 * Fills an empty database with a market by COPY, all or nothing: a seed and a day always give the same one. Every constraint
 * is checked as for any other row. @throws Error when something is there already, or when it was stopped
 */
export async function loadMarket(options: LoadMarketOptions): Promise<LoadedMarket> {
  if (await hasUsers(options.ownerUrl)) throw new Error('There are people in this database. Load into an empty one.');
  return withClient(options.ownerUrl, async (client) => {
    const tables = Object.values(emptyBatch()).map(({ table }) => table);
    await bulkLoad(client, [...tables, ...SUMMARIES], async () => {
      for (const [table, trigger] of PAUSED_TRIGGERS) {
        await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ${trigger}`);
      }
      await copyMarket(client, options);
      await checkBalanced(client);
      // Joined below, row by row if Postgres doesn't know how many there are.
      await client.query(`ANALYZE ${tables.join(', ')}`);
      await client.query('SELECT rebuild_market_listings(), rebuild_unit_gaps()');
      for (const [table, trigger] of PAUSED_TRIGGERS) {
        await client.query(`ALTER TABLE ${table} ENABLE TRIGGER ${trigger}`);
      }
    });
    await client.query('VACUUM (ANALYZE)');
    return figuresOf(client);
  });
}

async function copyMarket(client: Client, options: LoadMarketOptions): Promise<void> {
  const rawOutputSha256 = createHash('sha256').update(RAW_OUTPUT).digest('hex');
  // Whole days: the same day gives the same market.
  const nowMs = options.nowMs - (options.nowMs % DAY_MS);
  const { currency, listings, onProgress, seed, signal } = options;
  const maker = new MarketMaker({ random: new SeededRandom(seed), nowMs, currency, rawOutputSha256 });
  const batch = emptyBatch();
  await client.query('INSERT INTO benchmark_raw_outputs (sha256, output) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    rawOutputSha256,
    RAW_OUTPUT,
  ]);
  maker.addRenters(batch);
  for (let n = 0; n < listings; n += 1) {
    maker.addListing(batch, n);
    if ((n + 1) % BATCH_LISTINGS !== 0 && n + 1 < listings) continue;
    signal?.throwIfAborted();
    for (const table of Object.values(batch)) await copyRows(client, table);
    onProgress?.(n + 1);
  }
  for (const [accountId, micros] of maker.balances()) {
    await client.query('UPDATE ledger_accounts SET balance_micros = $2 WHERE id = $1', [accountId, micros]);
  }
}

/** What the paused trigger says of each transfer. */
async function checkBalanced(client: Client): Promise<void> {
  const { rows } = await client.query(
    'SELECT FROM ledger_entries GROUP BY transfer_id, currency HAVING sum(amount_micros) <> 0 LIMIT 1',
  );
  if (rows.length > 0) throw new Error('The market that was made has a transfer that does not sum up to nothing.');
}

async function figuresOf(client: Client): Promise<LoadedMarket> {
  const { rows } = await client.query<Record<keyof LoadedMarket, string>>(
    `SELECT (SELECT count(*) FROM market_listings) AS listings, (SELECT count(*) FROM bookings) AS bookings,
       (SELECT count(*) FROM blocks) AS blocks, (SELECT count(*) FROM unit_gaps) AS gaps,
       pg_database_size(current_database()) AS bytes`,
  );
  const figures = rows[0];
  if (figures === undefined) throw new Error('Postgres counts nothing.');
  const { blocks, bookings, bytes, gaps, listings } = figures;
  return {
    listings: Number(listings),
    bookings: Number(bookings),
    blocks: Number(blocks),
    gaps: Number(gaps),
    bytes: BigInt(bytes),
  };
}

async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url, application_name: 'rsm load' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
