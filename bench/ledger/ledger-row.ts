import type { Figure, Row } from '../frame/row.ts';
import { withScratchPostgres } from '../process/scratch-postgres.ts';
import { measureLedger, type LedgerFigures } from './measure-ledger.ts';
import { linesOf } from './report.ts';

const FULL = { poolMax: 16, houseClients: 64, machines: 17, limits: { rounds: 5, roundMs: 3_000 } };
const QUICK = { poolMax: 4, houseClients: 4, machines: 3, limits: { rounds: 1, roundMs: 100 } };

/** What `npm run bench:ledger` measures: bookings, refusals, settlements and the platform's account. */
export const ledgerRow: Row = {
  name: 'ledger',
  title: 'Booking and money against the same statements from bare clients',
  run: async ({ quick, say }) =>
    withScratchPostgres(async ({ url }) => {
      const onFigures = (figures: LedgerFigures): void => linesOf(figures).forEach(say);
      const all = await measureLedger({ url, ...(quick ? QUICK : FULL), onFigures });
      return all.map((figures) => toFigure(figures));
    }),
};

function toFigure({ clients, goal, measured, names, what }: LedgerFigures): Figure {
  const isDuel = 'ratio' in measured;
  return {
    what: `${what}, ${String(clients)} clients`,
    unit: '/s',
    measured: measured.first,
    ...(isDuel ? { beside: { what: names[1] ?? '', measured: measured.second }, ratio: measured.ratio } : {}),
    goals: goal === null ? [] : [{ atLeast: goal, of: isDuel ? 'ratio' : 'figure' }],
  };
}
