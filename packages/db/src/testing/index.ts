export { createTestDatabase, useTestDatabase, type TestDatabase } from './test-database.ts';
export { startTestPostgres, type TestPostgresAccess } from './test-postgres.ts';
