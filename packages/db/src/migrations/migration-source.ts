import type { Knex } from 'knex';

import * as foundations from './0001-foundations.ts';
import * as users from './0002-users.ts';
import * as statusChanges from './0003-status-changes.ts';
import * as machines from './0004-machines.ts';
import * as benchmarks from './0005-benchmarks.ts';
import * as listings from './0006-listings.ts';
import * as bookings from './0007-bookings.ts';
import * as payments from './0008-payments.ts';
import * as ledger from './0009-ledger.ts';
import * as dataWipes from './0010-data-wipes.ts';
import * as events from './0011-events.ts';
import * as work from './0012-work.ts';
import * as marketColumns from './0013-market-columns.ts';
import * as autoExtension from './0014-auto-extension.ts';
import * as earnings from './0015-earnings.ts';
import * as paymentsRoom from './0016-payments.ts';
import * as documents from './0017-documents.ts';
import * as spending from './0018-spending.ts';
import * as payouts from './0019-payouts.ts';
import * as disputes from './0020-disputes.ts';
import * as remeasuring from './0021-remeasuring.ts';
import * as reliability from './0022-reliability.ts';
import * as baselines from './0023-baselines.ts';
import * as handovers from './0024-handovers.ts';
import * as renterNetwork from './0026-renter-network.ts';
import * as marketSearch from './0027-market-search.ts';
import * as canaries from './0028-canaries.ts';
import * as machineSoftware from './0029-machine-software.ts';
import * as moreScores from './0030-more-scores.ts';
import * as memoryMethod from './0031-memory-method.ts';
import * as manyGpus from './0032-many-gpus.ts';
import * as gpuKinds from './0033-gpu-kinds.ts';
import * as wholeWords from './0034-whole-words.ts';
import * as regions from './0035-regions.ts';
import * as memoryRounds from './0036-memory-rounds.ts';
import * as shorterStorageRuns from './0037-shorter-storage-runs.ts';

/** Every migration in its order. A released one is never changed; a change is a new line at the end. */
const migrations: ReadonlyMap<string, Knex.Migration> = new Map<string, Knex.Migration>(
  Object.entries({
    '0001-foundations': foundations,
    '0002-users': users,
    '0003-status-changes': statusChanges,
    '0004-machines': machines,
    '0005-benchmarks': benchmarks,
    '0006-listings': listings,
    '0007-bookings': bookings,
    '0008-payments': payments,
    '0009-ledger': ledger,
    '0010-data-wipes': dataWipes,
    '0011-events': events,
    '0012-work': work,
    '0013-market-columns': marketColumns,
    '0014-auto-extension': autoExtension,
    '0015-earnings': earnings,
    '0016-payments': paymentsRoom,
    '0017-documents': documents,
    '0018-spending': spending,
    '0019-payouts': payouts,
    '0020-disputes': disputes,
    '0021-remeasuring': remeasuring,
    '0022-reliability': reliability,
    '0023-baselines': baselines,
    '0024-handovers': handovers,
    '0026-renter-network': renterNetwork,
    '0027-market-search': marketSearch,
    '0028-canaries': canaries,
    '0029-machine-software': machineSoftware,
    '0030-more-scores': moreScores,
    '0031-memory-method': memoryMethod,
    '0032-many-gpus': manyGpus,
    '0033-gpu-kinds': gpuKinds,
    '0034-whole-words': wholeWords,
    '0035-regions': regions,
    '0036-memory-rounds': memoryRounds,
    '0037-shorter-storage-runs': shorterStorageRuns,
  }),
);

export const migrationNames: readonly string[] = [...migrations.keys()];

/** Gives knex the list above: nothing is found by scanning a folder, so a bundle or a stray file can't change it. */
export const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: () => Promise.resolve([...migrationNames]),
  getMigrationName: (name) => name,
  getMigration: (name) => {
    const migration = migrations.get(name);
    return migration ? Promise.resolve(migration) : Promise.reject(new Error(`There is no migration "${name}".`));
  },
};
