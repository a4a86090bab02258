import { createKnex, createUnitOfWork } from '@rsm/db';
import { BookingLedger } from '@rsm/domain/bookings/booking-ledger';
import { BookingsService } from '@rsm/domain/bookings/bookings-service';
import type { IdSource } from '@rsm/domain/common/ids';
import type { Clock, Instant } from '@rsm/domain/common/instant';
import { instant } from '@rsm/domain/common/instant';
import type { Currency } from '@rsm/domain/common/money';
import { currencySchema } from '@rsm/domain/common/money';
import { EarningsLedger } from '@rsm/domain/earnings/earnings-ledger';
import { SpendingGuard } from '@rsm/domain/spending/spending-guard';
import type { UnitOfWork } from '@rsm/domain/unit-of-work/unit-of-work';
import { Client } from 'pg';
import { v7 } from 'uuid';
import type { BenchMarket } from './market.ts';
import { makeMarket } from './market.ts';

/** product.md: the platform's fee. */
const FEE_BASIS_POINTS = 1_000;

export interface InstallationOptions {
  /** A migrated, empty database, as the application's role. */
  readonly url: string;
  /** Connections of the product's pool, and bare clients beside it. */
  readonly poolMax: number;
  /** Bare clients of the comparison on the platform's account. */
  readonly houseClients: number;
  readonly machines: number;
}

/** The product's own parts over one database, beside bare clients of the same number. */
export interface Installation {
  readonly knex: ReturnType<typeof createKnex>;
  readonly uow: UnitOfWork;
  readonly bookings: BookingsService;
  readonly ledger: BookingLedger;
  readonly ids: IdSource;
  readonly currency: Currency;
  /** When everything was set up; windows are counted from it. */
  readonly begin: Instant;
  readonly market: BenchMarket;
  readonly bare: readonly Client[];
  /** A fresh id of the form that the product makes. */
  readonly freshId: () => string;
  readonly close: () => Promise<void>;
}

/** Puts together what the composition root puts together, as far as a booking needs it. The caller closes it. */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const { houseClients, machines, poolMax, url } = options;
  const begin = instant(Date.now());
  // The clock stands still: the windows of a round are then the same for both contenders.
  const clock: Clock = { now: () => begin };
  const ids: IdSource = { next: () => v7() };
  const currency = currencySchema.parse('EUR');
  const earnings = new EarningsLedger({ clock, ids, reserveMs: 0 });
  const ledger = new BookingLedger({ clock, ids, earnings });
  const tax = { name: 'VAT', basisPoints: 0 };
  const spending = new SpendingGuard({ clock, currency, defaultLimit: null });
  const knex = createKnex({ url, poolMax, applicationName: 'rsm bench' });
  const { uow } = createUnitOfWork({ knex, clock, prepared: true });
  const bare = Array.from({ length: Math.max(poolMax, houseClients) }, () => new Client({ connectionString: url }));
  // What a connection that is cut has to say, its next query says too.
  for (const client of bare) client.on('error', () => undefined);
  await Promise.all(bare.map(async (client) => client.connect()));
  return {
    knex,
    uow,
    bookings: new BookingsService({
      uow,
      clock,
      ids,
      currency,
      feeBasisPoints: FEE_BASIS_POINTS,
      containerImages: [],
      ledger,
      spending,
      tax,
    }),
    ledger,
    ids,
    currency,
    begin,
    market: await makeMarket({ uow, ids, currency, at: begin }, { machines, renters: bare.length }),
    bare,
    freshId: () => v7(),
    close: async () => {
      await Promise.all(bare.map(async (client) => client.end()));
      await knex.destroy();
    },
  };
}
