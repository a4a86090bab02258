import type { Clock } from '@rsm/domain/common/instant';
import { Client } from 'pg';
import { searchCases } from './cases.ts';
import { overBareClients, overHttp } from './contenders.ts';
import { middleOf, roundOf, type Latencies } from './latencies.ts';

export interface SearchFigures {
  readonly listings: number;
  readonly name: string;
  readonly rows: number;
  readonly http: Latencies;
  readonly bare: Latencies;
  /** Null where it can't be asked this. */
  readonly straightforward: Latencies | null;
}

export interface MeasureSearchOptions {
  /** A loaded database, as the application's role. */
  readonly url: string;
  /** Where the product serves this database. */
  readonly baseUrl: string;
  /** Where the straightforward stack serves it, and a token that it takes; not measured without. */
  readonly straightforward?: { readonly baseUrl: string; readonly token: string };
  readonly listings: number;
  readonly clients: number;
  readonly rounds: number;
  readonly roundMs: number;
  readonly clock: Clock;
  readonly onFigures: (figures: SearchFigures) => void;
}

/** Lets the product and bare clients take turns on every case. */
export async function measureSearch(options: MeasureSearchOptions): Promise<readonly SearchFigures[]> {
  const { baseUrl, clock, listings, onFigures, rounds, url } = options;
  const clients = Array.from({ length: options.clients }, () => new Client({ connectionString: url }));
  await Promise.all(clients.map(async (client) => client.connect()));
  const all: SearchFigures[] = [];
  const opened: { readonly close: () => void }[] = [];
  try {
    for (const search of searchCases(clock.now())) {
      const http = overHttp(baseUrl, search, options);
      const bare = await overBareClients(url, search, { clients, clock });
      const other = options.straightforward;
      const asked =
        other === undefined || search.isStraightforward !== true
          ? null
          : overHttp(other.baseUrl, search, { clients: options.clients, token: other.token });
      opened.push(http, ...(asked === null ? [] : [asked]));
      const seen: Pick<SearchFigures, 'http' | 'bare' | 'straightforward'>[] = [];
      // The first round warms both up and is not counted.
      for (let round = 0; round <= rounds; round += 1) {
        const pair = {
          http: await roundOf(http.run, options),
          bare: await roundOf(bare.run, options),
          straightforward: asked === null ? null : await roundOf(asked.run, options),
        };
        if (round > 0) seen.push(pair);
      }
      const figures = {
        listings,
        name: search.name,
        rows: bare.rows,
        http: middleOf(seen.map((pair) => pair.http)),
        bare: middleOf(seen.map((pair) => pair.bare)),
        straightforward:
          asked === null
            ? null
            : middleOf(seen.flatMap(({ straightforward }) => (straightforward === null ? [] : [straightforward]))),
      };
      all.push(figures);
      onFigures(figures);
    }
  } finally {
    for (const { close } of opened) close();
    await Promise.all(clients.map(async (client) => client.end()));
  }
  return all;
}

const HEAD = [
  '| listings | search | rows | HTTP p50 | HTTP p99 | HTTP/s | bare p50 | bare p99 | bare/s | ratio | straightforward p99 | straightforward/s | times |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];

/** The figures as a table in Markdown. */
export function tableOf(all: readonly SearchFigures[]): string {
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  const lines = all.map(({ bare, http, listings, name, rows, straightforward }) =>
    [
      '',
      listings.toLocaleString('en-US'),
      name,
      String(rows),
      ms(http.p50Ms),
      ms(http.p99Ms),
      http.perSecond.toFixed(0),
      ms(bare.p50Ms),
      ms(bare.p99Ms),
      bare.perSecond.toFixed(0),
      (http.perSecond / bare.perSecond).toFixed(2),
      straightforward === null ? '' : ms(straightforward.p99Ms),
      straightforward === null ? '' : straightforward.perSecond.toFixed(1),
      straightforward === null ? '' : (http.perSecond / straightforward.perSecond).toFixed(1),
      '',
    ]
      .join(' | ')
      .trim(),
  );
  return [...HEAD, ...lines].join('\n');
}
