export { createKnex, type CreateKnexOptions } from './connection/create-knex.ts';
export { poolStateOf } from './connection/pool-state.ts';
export { Replica, type ReplicaOptions } from './connection/replica.ts';
export { watchStatements, type StatementSeen } from './connection/watch-statements.ts';
export { migrateDown, migrateToLatest, pendingMigrations, type MigrateOptions } from './migrations/migrate.ts';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './postgres/embedded-postgres.ts';
export { CommitNotifier, type CommitNotifierOptions, type Committed } from './events/commit-notifier.ts';
export { PgEventWakeups, type PgEventWakeupsOptions } from './events/pg-event-wakeups.ts';
export { JobMover, type JobMoverOptions, type JobToRepeat } from './jobs/job-mover.ts';
export { rewrapSecrets } from './secrets/rewrap-secrets.ts';
export { SealedBox, type SealedBoxOptions } from './secrets/sealed-box.ts';
export { createUnitOfWork, type UnitOfWorkOptions } from './unit-of-work/pg-unit-of-work.ts';
export { auditInvariants, type AuditOptions, type AuditResult } from './audit/audit-invariants.ts';
export { hasUsers, loadMarket, type LoadedMarket, type LoadMarketOptions } from './load/load-market.ts';
export { maintainDatabase } from './maintenance/maintain-database.ts';
