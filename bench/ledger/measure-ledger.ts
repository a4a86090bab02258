import type { Spread } from '../frame/spread.ts';
import { Windows, bareBookings, productBookings, productRefusals } from './booking-contenders.ts';
import { appendOnlyAccount, hotRowAccount } from './house-account-contenders.ts';
import type { InstallationOptions } from './installation.ts';
import { openInstallation } from './installation.ts';
import type { Duel, RoundLimits } from './rounds.ts';
import { duel, solo } from './rounds.ts';
import { OpenBookings, bareSettlements, productSettlements } from './settlement-contenders.ts';

export interface LedgerFigures {
  readonly what: string;
  readonly clients: number;
  readonly names: readonly string[];
  /** Goal of quality.md or of the issue: at least this ratio, or this rate when it stands alone. */
  readonly goal: number | null;
  readonly measured: Duel | { readonly first: Spread };
}

export interface MeasureOptions extends InstallationOptions {
  /** The bookings against their own statements: everything else takes shorter rounds. */
  readonly limits: RoundLimits;
  readonly onFigures?: (figures: LedgerFigures) => void;
}

const BARE_GOAL = 0.5;
const HOT_MACHINE_GOAL = 0.6;
const HOUSE_GOAL = 6;
const REFUSALS_GOAL = 10_000;

/** Everything that `npm run bench:ledger` prints, one after the other. */
export async function measureLedger(options: MeasureOptions): Promise<readonly LedgerFigures[]> {
  const { houseClients, limits, poolMax, onFigures } = options;
  const shorter: RoundLimits = { rounds: Math.min(limits.rounds, 3), roundMs: (limits.roundMs * 2) / 3 };
  const installation = await openInstallation(options);
  const all: LedgerFigures[] = [];
  const note = (figures: LedgerFigures): void => {
    all.push(figures);
    onFigures?.(figures);
  };
  try {
    const { begin, market } = installation;
    const one = new Windows(begin, market.oneProvider.slice(1));
    const [hotMachine] = market.oneProvider;
    if (hotMachine === undefined) throw new Error('There is a machine.');
    const hot = new Windows(begin, [hotMachine]);
    const many = new Windows(begin, market.manyProviders);

    const product = productBookings('the product', installation, one);
    const bare = await bareBookings('bare clients', installation, one);
    note({
      what: 'bookings of one hot provider, against the same statements',
      clients: poolMax,
      names: [product.name, bare.name],
      goal: BARE_GOAL,
      measured: await duel(product, bare, poolMax, limits),
    });

    const spread = productBookings('many providers', installation, many);
    note({
      what: 'bookings of one hot provider, against as many machines of one provider each',
      clients: poolMax,
      names: ['one provider', spread.name],
      goal: null,
      measured: await duel(product, spread, poolMax, shorter),
    });

    const onOne = productBookings('one machine', installation, hot);
    note({
      what: 'bookings of one hot machine, against many machines of the same provider',
      clients: poolMax,
      names: [onOne.name, 'many machines'],
      goal: HOT_MACHINE_GOAL,
      measured: await duel(onOne, product, poolMax, shorter),
    });

    const refusals = await productRefusals('window_taken', installation, hot);
    note({
      what: 'refusals of a taken window',
      clients: poolMax,
      names: [refusals.name],
      goal: REFUSALS_GOAL,
      measured: { first: await solo(refusals, poolMax, shorter) },
    });

    const open = await OpenBookings.read(installation);
    const settled = productSettlements('the product', installation, open);
    const bareSettled = await bareSettlements('bare clients', installation, open);
    note({
      what: 'settlements of one hot provider, against the same statements',
      clients: poolMax,
      names: [settled.name, bareSettled.name],
      goal: BARE_GOAL,
      measured: await duel(settled, bareSettled, poolMax, shorter),
    });

    const appendOnly = await appendOnlyAccount('append-only', installation);
    const hotRow = await hotRowAccount('hot row', installation);
    note({
      what: "everybody touching the platform's account",
      clients: houseClients,
      names: [appendOnly.name, hotRow.name],
      goal: HOUSE_GOAL,
      measured: await duel(appendOnly, hotRow, houseClients, limits),
    });
    return all;
  } finally {
    await installation.close();
  }
}
