import type { Services } from '@rsm/api';
import {
  CommitNotifier,
  PgEventWakeups,
  createKnex,
  createUnitOfWork,
  maintainDatabase,
  pendingMigrations,
} from '@rsm/db';
import { createBenchmarkWorkflow } from '@rsm/domain/benchmarks/benchmark-workflow';
import { createRemeasureWorkflow } from '@rsm/domain/benchmarks/remeasure-workflow';
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
import { createWeeklySettlementWorkflow } from '@rsm/domain/bookings/weekly-settlement';
import type { IdSource } from '@rsm/domain/common/ids';
import type { Clock } from '@rsm/domain/common/instant';
import type { Timers } from '@rsm/domain/common/timers';
import { DataWipesService } from '@rsm/domain/data-wipes/data-wipes-service';
import { createWipeWorkflow } from '@rsm/domain/data-wipes/wipe-workflow';
import { DisputeLedger } from '@rsm/domain/disputes/dispute-ledger';
import { DisputesService } from '@rsm/domain/disputes/disputes-service';
import { EarningsLedger } from '@rsm/domain/earnings/earnings-ledger';
import { EarningsService } from '@rsm/domain/earnings/earnings-service';
import { createEarningReleaseWorkflow } from '@rsm/domain/earnings/release-workflow';
import { DocumentIssuer } from '@rsm/domain/documents/document-issuer';
import { DocumentsService } from '@rsm/domain/documents/documents-service';
import { createIssueWorkflow } from '@rsm/domain/documents/issue-workflow';
import { EventsService } from '@rsm/domain/events/events-service';
import { FeedHub } from '@rsm/domain/events/feed-hub';
import { createHandoverWorkflow } from '@rsm/domain/handovers/handover-workflow';
import { HandoversService } from '@rsm/domain/handovers/handovers-service';
import { AuthService } from '@rsm/domain/identity/auth-service';
import { ListingsService } from '@rsm/domain/listings/listings-service';
import { createInstallToolsWorkflow } from '@rsm/domain/machines/install-tools-workflow';
import { createProbeWorkflow, createScanWorkflow, createVerifyWorkflow } from '@rsm/domain/machines/machine-workflows';
import { MachineToolsService } from '@rsm/domain/machines/machine-tools-service';
import { MachinesService } from '@rsm/domain/machines/machines-service';
import { ReliabilityService } from '@rsm/domain/reliability/reliability-service';
import { createReliabilityWorkflow } from '@rsm/domain/reliability/reliability-workflow';
import { SpendingGuard } from '@rsm/domain/spending/spending-guard';
import { SpendingService } from '@rsm/domain/spending/spending-service';
import { composePayments } from '@rsm/domain/payments/compose-payments';
import { cardPaymentModeOf } from '@rsm/domain/payments/payment-processor';
import {
  createApplyEventWorkflow,
  createAutoTopUpWorkflow,
  createReconcileWorkflow,
  createSettleWorkflow,
} from '@rsm/domain/payments/payment-workflows';
import type { ProcessorEventHandlers } from '@rsm/domain/payments/processor-event-handlers';
import { PayoutAccounts } from '@rsm/domain/payouts/payout-accounts';
import { PayoutDecisions } from '@rsm/domain/payouts/payout-decisions';
import { createPayoutEventHandlers } from '@rsm/domain/payouts/payout-events';
import { PayoutLedger } from '@rsm/domain/payouts/payout-ledger';
import { createPayoutSendWorkflow } from '@rsm/domain/payouts/payout-workflows';
import { PayoutsService } from '@rsm/domain/payouts/payouts-service';
import { createPayoutRunWorkflow } from '@rsm/domain/payouts/weekly-run';
import type { UnitOfWork } from '@rsm/domain/unit-of-work/unit-of-work';
import { UsersService } from '@rsm/domain/users/users-service';
import { createSweepWorkflow } from '@rsm/domain/workflows/sweep-workflow';
import type { WorkflowOptions } from '@rsm/domain/workflows/workflow';
import type { Composition, Workflows } from './composition.ts';
import type { CommandLogSink } from './command-log-sink.ts';
import { createCommandLogSink } from './command-log-sink.ts';
import { composeAdapters } from './compose-adapters.ts';
import { composeReplica } from './compose-replica.ts';
import type { Adapters } from './compose-adapters.ts';
import type { Config } from './config.ts';
import { systemClock } from './clock.ts';
import { uuidV7Source } from './ids.ts';
import { currentRequestId, type Logger } from './logging.ts';
import { noMetrics, type Metrics } from './metrics/metrics.ts';
import { watchDatabase } from './metrics/watch-database.ts';
import { secretBoxOf } from './secret-box.ts';
import { systemTimers } from './timers.ts';
import { noTracing, type Tracing } from './tracing/tracing.ts';
import { productVersion } from './version.ts';

export interface DatabaseUrls {
  /** For queries, as the application's role; a PgBouncer may stand between. */
  readonly url: string;
  /** Straight to Postgres, as the application's role: jobs, the listener, identity. */
  readonly directUrl: string;
  /** A streaming replica for stale reads; they are made at `url` without. */
  readonly replica?: { readonly url: string; readonly staleMsMax: number } | null;
}

export interface ComposeOptions {
  readonly config: Config;
  readonly database: DatabaseUrls;
  readonly log: Logger;
  /** Nothing is measured without. */
  readonly metrics?: Metrics;
  /** Nothing is traced without. */
  readonly tracing?: Tracing;
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
  /** What is done about a processor's events of payouts and their accounts. */
  readonly payoutEventHandlers: ReturnType<typeof createPayoutEventHandlers>;
}

/**
 * The one place where parts are put together. Nothing here decides anything; nothing elsewhere makes its own parts.
 * @throws Error when the database can't be reached
 */
export async function compose(options: ComposeOptions): Promise<FullComposition> {
  const { config, database, log, metrics = noMetrics, overrides = {}, tracing = noTracing } = options;
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
  watchDatabase({ knex, metrics, tracing, log, slowMs: config.slowStatementMs });
  const replica = composeReplica({ ...options, primary: knex, metrics, tracing });
  const notifier = new CommitNotifier({ url: database.directUrl, onProblem });
  const wakeups = new PgEventWakeups({ url: database.directUrl, onProblem });
  const { assertOutsideTransaction, uow } = createUnitOfWork({
    knex,
    clock,
    prepared: config.database.prepared,
    requestId: currentRequestId,
    ...(replica === null ? {} : { replica }),
    onStaleRead: (by) => metrics.staleReadAnswered(by),
    onCommitted: (committed) => {
      notifier.notifyAfterCommit(committed);
    },
  });
  const secretBox = secretBoxOf(config.secrets);
  const commandLog: CommandLogSink = createCommandLogSink({ uow, log, metrics, tracing });
  const made = await composeAdapters({
    config,
    directUrl: database.directUrl,
    clock,
    commandLog,
    log,
    assertOutsideTransaction,
    ...(overrides.identityProvider === undefined ? {} : { identityProvider: overrides.identityProvider }),
  });
  const adapters: Adapters = { ...made.adapters, ...overrides };

  const common = { uow, clock, ids };
  const workflowOptions: WorkflowOptions = {
    ...common,
    timers,
    secretBox,
    log: (line) => {
      log.info(line);
    },
  };
  const { currency, platformFeeBasisPoints: feeBasisPoints } = config.payments;
  const earnings = new EarningsLedger({ ...common, reserveMs: config.payments.newProviderReserveMs });
  const ledger = new BookingLedger({ ...common, earnings });
  const spending = new SpendingGuard({ clock, currency, defaultLimit: config.payments.renterMonthlyLimit });
  const { issuer, tax } = config.documents;
  const documentIssuer = new DocumentIssuer({ ...common, currency, issuer, tax });
  const ending = new BookingEnding({ clock, ledger });
  const autoExtension = new AutoExtension({ clock, extension: new BookingExtension({ clock, ledger, spending }) });
  const { paymentProcessor: processor } = adapters;
  const payments = composePayments({ ...common, currency, processor, returnUrl: `${config.http.publicUrl}/` });
  const payouts = {
    processor,
    ledger: new PayoutLedger({ ...common, currency, documents: documentIssuer }),
    accounts: new PayoutAccounts({ ...common, processor, returnUrl: `${config.http.publicUrl}/` }),
  };
  const payoutEventHandlers = createPayoutEventHandlers({ ...workflowOptions, ...payouts });
  const eventHandlers: ProcessorEventHandlers = { ...payments.eventHandlers, ...payoutEventHandlers };
  const services = {
    auth: new AuthService({ ...common, ...adapters }),
    users: new UsersService({ ...common, ...adapters, providerApproval: config.providers.approval }),
    machines: new MachinesService({ ...common, ...adapters, secretBox, ledger }),
    machineTools: new MachineToolsService(common),
    reliability: new ReliabilityService(common),
    listings: new ListingsService({ ...common, ...adapters, currency }),
    bookings: new BookingsService({ ...common, ...adapters, currency, feeBasisPoints, ledger, spending, tax }),
    handovers: new HandoversService({ ...common, ledger }),
    payments: payments.service,
    earnings: new EarningsService(common),
    spending: new SpendingService({ ...common, currency, guard: spending }),
    payouts: new PayoutsService({
      ...common,
      ...payouts,
      currency,
      decisions: new PayoutDecisions({ ...common, ...payouts }),
    }),
    disputes: new DisputesService({ ...common, ledger: new DisputeLedger({ ...common, earnings }) }),
    benchmarks: new BenchmarksService({ ...common, runner: adapters.benchmarkRunner }),
    dataWipes: new DataWipesService({
      ...common,
      certificates: adapters.certificates,
      certificateRenderer: adapters.certificateRenderer,
      wipeRunner: adapters.wipeRunner,
      wipeVerifier: adapters.wipeVerifier,
    }),
    documents: new DocumentsService({ ...common, renderer: adapters.documentRenderer }),
    events: new EventsService({
      ...common,
      feeds: new FeedHub({ reads: uow.reads.events, wakeups, clock, timers, onProblem }),
    }),
  };

  const withAccess = { ...workflowOptions, access: adapters.access };
  const withProcessor = { ...workflowOptions, processor };
  const workflows: Workflows = {
    'machine.scan': createScanWorkflow({ ...workflowOptions, scanner: adapters.scanner }),
    'machine.verify': createVerifyWorkflow({ ...workflowOptions, inspector: adapters.inspector }),
    'machine.install_tools': createInstallToolsWorkflow({ ...workflowOptions, installer: adapters.toolInstaller }),
    'machine.probe': createProbeWorkflow({ ...workflowOptions, prober: adapters.prober }),
    'machine.reliability': createReliabilityWorkflow(workflowOptions),
    'benchmark.run': createBenchmarkWorkflow({ ...workflowOptions, runner: adapters.benchmarkRunner }),
    'benchmarks.remeasure': createRemeasureWorkflow({ ...workflowOptions, runner: adapters.benchmarkRunner }),
    'booking.provision': createProvisioningWorkflow({
      ...withAccess,
      verifier: adapters.wipeVerifier,
      canaries: adapters.canaryPlanter,
      ending,
    }),
    'booking.check_handover': createHandoverWorkflow({
      ...workflowOptions,
      handoverInspector: adapters.handoverInspector,
    }),
    'booking.move_deadline': createMoveDeadlineWorkflow(withAccess),
    'booking.auto_extend': createAutoExtendWorkflow({ ...workflowOptions, autoExtension }),
    'booking.settle_week': createWeeklySettlementWorkflow({ ...workflowOptions, ledger }),
    'booking.end': createEndingWorkflow({ ...withAccess, ending, ledger }),
    'booking.notice': createNoticeWorkflow(workflowOptions),
    'wipe.run': createWipeWorkflow({
      ...workflowOptions,
      runner: adapters.wipeRunner,
      verifier: adapters.wipeVerifier,
      canaries: adapters.canaryPlanter,
      certificates: adapters.certificates,
      ledger,
    }),
    'earning.release': createEarningReleaseWorkflow({ ...workflowOptions, earnings }),
    'payment.auto_top_up': createAutoTopUpWorkflow({ ...withProcessor, autoTopUps: payments.autoTopUps }),
    'payment.settle': createSettleWorkflow({ ...withProcessor, checks: payments.checks }),
    'processor_event.apply': createApplyEventWorkflow({ ...withProcessor, handlers: eventHandlers }),
    'processor.reconcile': createReconcileWorkflow({ ...withProcessor, inbox: payments.inbox }),
    sweep: createSweepWorkflow({ ...workflowOptions, reconciles: processor !== null && processor.events !== null }),
    'documents.issue': createIssueWorkflow({ ...workflowOptions, issuer: documentIssuer }),
    'payout.send': createPayoutSendWorkflow({ ...workflowOptions, ...payouts }),
    'payouts.run': createPayoutRunWorkflow({ ...workflowOptions, ...payouts, currency }),
  };

  await wakeups.start();
  return {
    clock,
    uow,
    services,
    workflows,
    processorInbox: payments.inbox,
    payoutEventHandlers,
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
      tax,
      processorNotice: adapters.paymentProcessor?.notice ?? null,
      cardPayments: cardPaymentModeOf(adapters.paymentProcessor),
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
      await replica?.stop();
      await knex.destroy();
    },
  };
}
