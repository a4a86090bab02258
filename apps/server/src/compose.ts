import type { Services } from '@rsm/api';
import {
  CommitNotifier,
  PgEventWakeups,
  SealedBox,
  createKnex,
  createUnitOfWork,
  maintainDatabase,
  pendingMigrations,
} from '@rsm/db';
import { createBenchmarkWorkflow } from '@rsm/domain/benchmarks/benchmark-workflow';
import { BenchmarksService } from '@rsm/domain/benchmarks/benchmarks-service';
import { createAutoExtendWorkflow } from '@rsm/domain/bookings/auto-extend-workflow';
import { AutoExtension } from '@rsm/domain/bookings/auto-extension';
import { BookingExtension } from '@rsm/domain/bookings/booking-extension';
import { BookingEnding } from '@rsm/domain/bookings/booking-ending';
import { BookingLedger } from '@rsm/domain/bookings/booking-ledger';
import { BookingsService } from '@rsm/domain/bookings/bookings-service';
import { createMoveDeadlineWorkflow, createNoticeWorkflow } from '@rsm/domain/bookings/deadline-workflows';
import { createEndingWorkflow } from '@rsm/domain/bookings/ending-workflow';
import { createProvisioningWorkflow } from '@rsm/domain/bookings/provisioning-workflow';
import type { IdSource } from '@rsm/domain/common/ids';
import type { Clock } from '@rsm/domain/common/instant';
import type { Timers } from '@rsm/domain/common/timers';
import { DataWipesService } from '@rsm/domain/data-wipes/data-wipes-service';
import { createWipeWorkflow } from '@rsm/domain/data-wipes/wipe-workflow';
import { EventsService } from '@rsm/domain/events/events-service';
import { AuthService } from '@rsm/domain/identity/auth-service';
import { ListingsService } from '@rsm/domain/listings/listings-service';
import { createProbeWorkflow, createScanWorkflow, createVerifyWorkflow } from '@rsm/domain/machines/machine-workflows';
import { MachinesService } from '@rsm/domain/machines/machines-service';
import { PaymentsService } from '@rsm/domain/payments/payments-service';
import type { UnitOfWork } from '@rsm/domain/unit-of-work/unit-of-work';
import { UsersService } from '@rsm/domain/users/users-service';
import { createSweepWorkflow } from '@rsm/domain/workflows/sweep-workflow';
import type { WorkflowOptions } from '@rsm/domain/workflows/workflow';
import type { Composition, Workflows } from './composition.ts';
import type { CommandLogSink } from './command-log-sink.ts';
import { createCommandLogSink } from './command-log-sink.ts';
import { composeAdapters } from './compose-adapters.ts';
import type { Adapters } from './compose-adapters.ts';
import type { Config } from './config.ts';
import { systemClock } from './clock.ts';
import { uuidV7Source } from './ids.ts';
import type { Logger } from './logging.ts';
import { systemTimers } from './timers.ts';
import { productVersion } from './version.ts';

export interface DatabaseUrls {
  /** For queries, as the application's role; a PgBouncer may stand between. */
  readonly url: string;
  /** Straight to Postgres, as the application's role: jobs, the listener, identity. */
  readonly directUrl: string;
}

export interface ComposeOptions {
  readonly config: Config;
  readonly database: DatabaseUrls;
  readonly log: Logger;
  /** What a test puts in the place of a real part. */
  readonly overrides?: Partial<Overrides>;
}

/** Everything that a test may replace. */
export interface Overrides extends Adapters {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ids: IdSource;
  /** Longest wait for a free connection of the pool. */
  readonly acquireTimeoutMs: number;
}

/** What tests and commands need beside what the processes need. */
export interface FullComposition extends Composition {
  readonly services: Services & { readonly users: UsersService };
  readonly uow: UnitOfWork;
}

/**
 * The one place where parts are put together. Nothing here decides anything; nothing elsewhere makes its own parts.
 * @throws Error when the database can't be reached
 */
export async function compose(options: ComposeOptions): Promise<FullComposition> {
  const { config, database, log, overrides = {} } = options;
  const clock = overrides.clock ?? systemClock;
  const ids = overrides.ids ?? uuidV7Source;
  const timers = overrides.timers ?? systemTimers;
  const onProblem = ({ message, error }: { message: string; error: unknown }): void => {
    log.error({ err: error }, message);
  };

  const knex = createKnex({
    url: database.url,
    poolMax: config.database.poolMax,
    applicationName: 'rsm',
    ...(overrides.acquireTimeoutMs === undefined ? {} : { acquireTimeoutMs: overrides.acquireTimeoutMs }),
  });
  const notifier = new CommitNotifier({ url: database.directUrl, onProblem });
  const wakeups = new PgEventWakeups({ url: database.directUrl, onProblem });
  const { assertOutsideTransaction, uow } = createUnitOfWork({
    knex,
    clock,
    onCommitted: (committed) => {
      notifier.notifyAfterCommit(committed);
    },
  });
  const [currentKek] = config.secrets.keyEncryptionKeys;
  const secretBox = new SealedBox({
    keys: new Map(config.secrets.keyEncryptionKeys.map(({ version, key }) => [version, key])),
    currentVersion: currentKek.version,
  });
  const commandLog: CommandLogSink = createCommandLogSink({ uow, log });
  const made = await composeAdapters({
    config,
    directUrl: database.directUrl,
    clock,
    commandLog,
    log,
    assertOutsideTransaction,
  });
  const adapters: Adapters = { ...made.adapters, ...overrides };

  const common = { uow, clock, ids };
  const { currency, platformFeeBasisPoints: feeBasisPoints } = config.payments;
  const ledger = new BookingLedger(common);
  const ending = new BookingEnding({ clock, ledger });
  const autoExtension = new AutoExtension({ clock, extension: new BookingExtension({ clock, ledger }) });
  const services = {
    auth: new AuthService({ ...common, ...adapters }),
    users: new UsersService({ ...common, ...adapters, providerApproval: config.providers.approval }),
    machines: new MachinesService({ ...common, ...adapters, secretBox }),
    listings: new ListingsService({ ...common, currency }),
    bookings: new BookingsService({ ...common, currency, feeBasisPoints }),
    payments: new PaymentsService({
      ...common,
      currency,
      processor: adapters.paymentProcessor,
      returnUrl: `${config.http.publicUrl}/`,
    }),
    benchmarks: new BenchmarksService({ ...common, runner: adapters.benchmarkRunner }),
    dataWipes: new DataWipesService({ ...common, certificates: adapters.certificates }),
    events: new EventsService({ ...common, wakeups, timers }),
  };

  const workflowOptions: WorkflowOptions = {
    ...common,
    timers,
    secretBox,
    log: (line) => {
      log.info(line);
    },
  };
  const withAccess = { ...workflowOptions, access: adapters.access };
  const workflows: Workflows = {
    'machine.scan': createScanWorkflow({ ...workflowOptions, scanner: adapters.scanner }),
    'machine.verify': createVerifyWorkflow({ ...workflowOptions, inspector: adapters.inspector }),
    'machine.probe': createProbeWorkflow({ ...workflowOptions, prober: adapters.prober }),
    'benchmark.run': createBenchmarkWorkflow({ ...workflowOptions, runner: adapters.benchmarkRunner }),
    'booking.provision': createProvisioningWorkflow({ ...withAccess, ending }),
    'booking.move_deadline': createMoveDeadlineWorkflow(withAccess),
    'booking.auto_extend': createAutoExtendWorkflow({ ...workflowOptions, autoExtension }),
    'booking.end': createEndingWorkflow({ ...withAccess, ending, ledger }),
    'booking.notice': createNoticeWorkflow(workflowOptions),
    'wipe.run': createWipeWorkflow({
      ...workflowOptions,
      runner: adapters.wipeRunner,
      verifier: adapters.wipeVerifier,
      certificates: adapters.certificates,
      ledger,
    }),
    sweep: createSweepWorkflow(workflowOptions),
  };

  await wakeups.start();
  return {
    clock,
    uow,
    services,
    workflows,
    jobsUrl: database.directUrl,
    maintain: async () => {
      await maintainDatabase(knex, clock.now());
      await made.maintain();
    },
    onJobs: (wake) => wakeups.onJobs(wake),
    serverInfo: {
      version: productVersion,
      oldestClientVersion: productVersion,
      mode: config.mode,
      currency,
      processorNotice: adapters.paymentProcessor?.notice ?? null,
      clock,
    },
    checkReady: async () => {
      const pending = await pendingMigrations(knex);
      if (pending.length > 0) throw new Error(`The database lacks ${String(pending.length)} migrations.`);
    },
    close: async () => {
      // Commands still have to be written, and commits to be told, before the pools go.
      await commandLog.close();
      await made.close();
      await wakeups.stop();
      await notifier.stop();
      await knex.destroy();
    },
  };
}
