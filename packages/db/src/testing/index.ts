export { createTestDatabase, useTestDatabase, type TestDatabase } from './test-database.ts';
export { startTestPostgres, type TestPostgresAccess } from './test-postgres.ts';
export { useUnitOfWork, type UnitOfWorkFixture } from './use-unit-of-work.ts';
export {
  makeBenchmark,
  makeBlock,
  makeBooking,
  makeListing,
  makeMachine,
  makeUser,
  placeBooking,
  seedMarket,
  sha256Of,
  TestClock,
  testIds,
} from './market.ts';
