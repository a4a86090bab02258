export { createKnex, type CreateKnexOptions } from './connection/create-knex.ts';
export { migrateDown, migrateToLatest, pendingMigrations, type MigrateOptions } from './migrations/migrate.ts';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './postgres/embedded-postgres.ts';
