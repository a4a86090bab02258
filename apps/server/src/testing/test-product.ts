import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestDatabase } from '@rsm/db/testing';
import type { PaymentProcessor } from '@rsm/domain/payments/payment-processor';
import { Client } from 'pg';
import type { FullComposition } from '../compose.ts';
import { compose } from '../compose.ts';
import type { Config } from '../config.ts';
import { loadConfig } from '../config.ts';
import { createLogger } from '../logging.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { systemTimers } from '../timers.ts';
import { noTracing, type Tracing } from '../tracing/tracing.ts';
import { FAKE_NETWORK, FakeMachines } from './fake-machines.ts';
import { JobDriver } from './job-driver.ts';
import { createMemoryIdentityProvider } from './memory-identity-provider.ts';
import { Seeder } from './seeder.ts';
import { SettableClock, silentTimers } from './settable-clock.ts';

export interface TestProductOptions {
  readonly database: Pick<TestDatabase, 'url' | 'ownerUrl'>;
  /** Where queries go instead: a PgBouncer before the database. */
  readonly queryUrl?: string;
  /** A replica of the database. */
  readonly replica?: { readonly url: string; readonly staleMsMax: number };
  /** What is counted and measured. */
  readonly metrics?: Metrics;
  /** Where the clock stands at first. */
  readonly startIso?: string;
  /** `real` signs people up through the real door, which needs the process' own clock to agree. */
  readonly identity?: 'memory' | 'real';
  readonly poolMax?: number;
  /** One that others read too. */
  readonly clock?: SettableClock;
  /** Instead of the demo's; null for an installation without one. */
  readonly paymentProcessor?: PaymentProcessor | null;
  /** Nothing is traced without. */
  readonly tracing?: Tracing;
  /** Variables of the configuration that differ from those of the other tests. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The whole product over a database of its own: real services, repositories and workflows; machines and time are the test's. */
export interface TestProduct extends FullComposition {
  readonly config: Config;
  readonly clock: SettableClock;
  readonly machines: FakeMachines;
  readonly jobs: JobDriver;
  readonly seed: Seeder;
  /** The owner of the tables: for looking behind, and for sabotage. */
  readonly sql: Client;
  /** The same as an address: for the audit, which has a connection of its own. */
  readonly ownerUrl: string;
  /** The application's own role, which alone may read what the identity provider keeps. Connects when it is first asked for. */
  readonly reader: () => Promise<Client>;
}

const START_DEFAULT = '2031-01-15T12:00:00Z';
/** Enough for two at once and whoever looks; each connection is a process of Postgres more. Tests of a crowd ask for more. */
const POOL_MAX_DEFAULT = 4;
/** For tests in which a crowd comes at once. */
export const POOL_MAX_CROWD = 8;
/**
 * A thousand requests at once wait their turn here, as long as a machine needs that is busy with other tests. In the product
 * whoever waits for ten seconds is told that it is busy (unit-of-work.integration.test.ts).
 */
const ACQUIRE_TIMEOUT_MS = 120_000;

/** Composes the product as the server does, with overrides at the outermost edge only. The caller closes it. */
export async function createTestProduct(options: TestProductOptions): Promise<TestProduct> {
  const { database, env = {}, identity = 'memory', startIso = START_DEFAULT, poolMax = POOL_MAX_DEFAULT } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'rsm-test-product-'));
  const { config } = loadConfig({
    env: {
      RSM_MODE: 'demo',
      RSM_DATA_DIR: dataDir,
      RSM_LAB: 'off',
      MACHINE_NETWORKS: FAKE_NETWORK,
      CONTROL_ADDRESSES: '10.20.255.1',
      DATABASE_POOL_MAX: String(poolMax),
      LOG_LEVEL: 'silent',
      ...env,
    },
    rootDir: dataDir,
    uid: undefined,
  });
  const clock = options.clock ?? new SettableClock(startIso);
  const machines = new FakeMachines({ clock });
  const composition = await compose({
    config,
    database: {
      url: options.queryUrl ?? database.url,
      directUrl: database.url,
      replica: options.replica ?? null,
    },
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    log: createLogger({ level: config.logLevel }),
    tracing: options.tracing ?? noTracing,
    overrides: {
      acquireTimeoutMs: ACQUIRE_TIMEOUT_MS,
      clock,
      timers: identity === 'real' ? systemTimers : silentTimers,
      ...machines.ports,
      ...(options.paymentProcessor === undefined ? {} : { paymentProcessor: options.paymentProcessor }),
      ...(identity === 'memory' ? { identityProvider: createMemoryIdentityProvider({ clock }) } : {}),
    },
  });
  // Several questions at once go out in one go.
  const sql = new Client({ connectionString: database.ownerUrl, pipeline: true });
  await sql.connect();
  let reader: Client | undefined;
  const jobs = new JobDriver({ workflows: composition.workflows, clock, sql });
  const seed = new Seeder({ services: composition.services, machines, jobs, hasRealDoor: identity === 'real' });
  return {
    ...composition,
    config,
    clock,
    machines,
    jobs,
    seed,
    sql,
    ownerUrl: database.ownerUrl,
    reader: async () => {
      if (reader !== undefined) return reader;
      reader = new Client({ connectionString: database.url });
      await reader.connect();
      return reader;
    },
    close: async () => {
      await composition.close();
      await sql.end();
      await reader?.end();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
