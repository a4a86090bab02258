import type { Figure, Row } from '../frame/row.ts';
import { spreadOf } from '../frame/spread.ts';
import { measureAt } from './measure-at.ts';
import type { SearchFigures } from './measure-search.ts';

/** Issue: at a million listings, against the bare statement; and at a million against ten thousand listings. */
const RATIO_MIN = 0.5;
const RATIO_AT_LISTINGS = 1_000_000;
const P99_GROWTH_MAX = 3;
const CLIENTS = 4;

/** What `npm run bench:search` measures: every search over HTTP beside its own statement from bare clients, at each size. */
export const searchRow: Row = {
  name: 'search',
  title: 'Search over HTTP against the bare statement',
  run: async ({ quick, say, sizes }) => {
    const all: SearchFigures[] = [];
    for (const listings of quick ? [30] : sizes) {
      const [rounds, roundMs] = quick ? [1, 100] : [3, 2_000];
      all.push(...(await measureAt({ listings, keep: null, clients: CLIENTS, rounds, roundMs, say })));
    }
    return [...all.map((figures) => toFigure(figures)), ...growthOf(all)];
  },
};

function toFigure({ bare, http, listings, name }: SearchFigures): Figure {
  return {
    what: `${name}, ${listings.toLocaleString('en-US')} listings`,
    unit: '/s',
    measured: spreadOf([http.perSecond]),
    beside: { what: 'bare statement', measured: spreadOf([bare.perSecond]) },
    ratio: spreadOf([http.perSecond / bare.perSecond]),
    goals: listings < RATIO_AT_LISTINGS ? [] : [{ atLeast: RATIO_MIN, of: 'ratio' }],
  };
}

/** p99 of the largest market by that of the smallest, search by search. */
function growthOf(all: readonly SearchFigures[]): readonly Figure[] {
  const sizes = all.map(({ listings }) => listings);
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
  if (smallest === largest) return [];
  return all
    .filter(({ listings }) => listings === largest)
    .flatMap(({ http, name }) => {
      const small = all.find((figures) => figures.listings === smallest && figures.name === name);
      if (small === undefined) return [];
      return {
        what: `${name}, p99 at ${largest.toLocaleString('en-US')} against ${smallest.toLocaleString('en-US')} listings`,
        unit: 'ms',
        measured: spreadOf([http.p99Ms]),
        beside: { what: 'smallest market', measured: spreadOf([small.http.p99Ms]) },
        ratio: spreadOf([http.p99Ms / small.http.p99Ms]),
        goals: [{ atMost: P99_GROWTH_MAX, of: 'ratio' as const }],
      };
    });
}
