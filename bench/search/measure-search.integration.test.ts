// @module-tag ci

import { createServer } from 'node:http';
import { loadMarket } from '@rsm/db';
import { useTestDatabase } from '@rsm/db/testing';
import { instant } from '@rsm/domain/common/instant';
import { currencySchema } from '@rsm/domain/common/money';
import { expect, test } from 'vitest';
import { inputOf, searchCases } from './cases.ts';
import { middleOf } from './latencies.ts';
import { measureSearch, tableOf } from './measure-search.ts';

const database = useTestDatabase();
const NOW = instant(Date.UTC(2031, 0, 15, 12));

/** Says nothing about speed: every case runs for a moment, so that it does not rot between two measurements. */
test('every case is asked over HTTP and by bare clients, and stands in the table', async () => {
  const listings = 30;
  await loadMarket({
    ownerUrl: database().ownerUrl,
    listings,
    seed: 1,
    nowMs: NOW,
    currency: currencySchema.parse('EUR'),
  });
  // Stands for the product, which the benchmark starts as a process of its own.
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    asked.add(request.url ?? '');
    response.end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
  try {
    const figures = await measureSearch({
      url: database().url,
      baseUrl: `http://127.0.0.1:${String(address.port)}`,
      listings,
      clients: 2,
      rounds: 1,
      roundMs: 20,
      clock: { now: () => NOW },
      onFigures: () => undefined,
    });
    const cases = searchCases(NOW);
    expect(figures.map(({ name }) => name)).toEqual(cases.map(({ name }) => name));
    expect(asked.size).toBe(cases.length);
    expect(figures.every(({ bare, http }) => bare.perSecond > 0 && http.p99Ms >= http.p50Ms)).toBe(true);
    expect(tableOf(figures).split('\n')).toHaveLength(cases.length + 2);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}, 60_000);

test('amounts and times go into the address as the API takes them', () => {
  const window = searchCases(NOW).find(({ filter }) => filter.freeDuring !== undefined);
  const priced = searchCases(NOW).find(({ filter }) => filter.pricePerHourMax !== undefined);
  if (window === undefined || priced === undefined) throw new Error('There is a case of each.');
  expect(decodeURIComponent(inputOf(window, 50))).toContain('"start":"2031-01-16T13:00:00.000Z"');
  expect(decodeURIComponent(inputOf(priced, 50))).toContain('"pricePerHourMax":"2.500000"');
});

test('the middle round is the one in the middle by its rate', () => {
  const rounds = [3, 1, 2].map((perSecond) => ({ perSecond, p50Ms: 0, p99Ms: 0 }));
  expect(middleOf(rounds).perSecond).toBe(2);
  expect(() => middleOf([])).toThrow(RangeError);
});
