import { API_PATH } from '@rsm/server/http';
import type { Figure, Row } from '../frame/row.ts';
import { spreadOf } from '../frame/spread.ts';
import { measureHttp, type HttpFigures } from './measure-http.ts';

/** Issue: a thin adapter that hands Node's request straight to the call reached half of bare node:http. */
const RATIO_MIN = 0.5;
const CLIENTS = 16;

/** What `npm run bench:http` measures: calls through the product's HTTP layer beside a bare server that sends the same answers. */
export const httpRow: Row = {
  name: 'http',
  title: 'Calls over HTTP against bare node:http',
  run: async ({ quick }) => {
    const size = quick ? { rounds: 1, roundMs: 100, warmUpCalls: 1 } : { rounds: 5, roundMs: 1_500 };
    const all = await measureHttp({ apiPath: API_PATH, clients: CLIENTS, ...size });
    return all.flatMap((figures) => toFigure(figures, all));
  },
};

function toFigure(figures: HttpFigures, all: readonly HttpFigures[]): readonly Figure[] {
  const bare = all.find(({ contender, target }) => contender === 'bare' && target === figures.target);
  if (bare === undefined || figures === bare) return [];
  const ratio = figures.latencies.perSecond / bare.latencies.perSecond;
  return [
    {
      what: `${figures.target}, ${figures.contender} adapter`,
      unit: '/s',
      measured: spreadOf([figures.latencies.perSecond]),
      beside: { what: 'bare node:http', measured: spreadOf([bare.latencies.perSecond]) },
      ratio: spreadOf([ratio]),
      goals: figures.contender === 'thin' ? [{ atLeast: RATIO_MIN, of: 'ratio' }] : [],
    },
  ];
}
