/**
 * What the design calls by name. As soon as one of these is declared somewhere, docs/seeds.md has to say where, so that a reader
 * who knows the design finds its words in the code.
 */
const ENTITIES = ['User', 'Machine', 'Listing', 'Booking', 'Benchmark', 'Payment', 'DataWipe'] as const;

const SERVICES = [
  'AuthService',
  'UsersService',
  'ListingsService',
  'BookingsService',
  'PaymentsService',
  'BenchmarksService',
  'DataWipesService',
  'MachinesService',
] as const;

const ROUTERS = ['auth', 'users', 'machines', 'listings', 'bookings', 'benchmarks', 'payments', 'dataWipes'] as const;

const PORTS_AND_PATTERNS = [
  'BenchmarkStrategy',
  'DataWipeStrategy',
  'UnitOfWork',
  'IdentityProvider',
  'PaymentProcessor',
  'DomainError',
  'Clock',
  'Instant',
  'ReadOnlyCommand',
  'AppRouter',
  'hotListProcedure',
  'compose',
] as const;

export const DESIGNED_NAMES: readonly string[] = [
  ...SERVICES,
  ...ENTITIES.flatMap((entity) => [entity, `${entity}Repository`, `Pg${entity}Repository`, `${entity}Model`]),
  ...ENTITIES.map((entity) => `${entity.charAt(0).toLowerCase()}${entity.slice(1)}`).flatMap((entity) => [
    `${entity}Create`,
    `${entity}Read`,
  ]),
  ...ROUTERS.map((noun) => `${noun}Router`),
  ...PORTS_AND_PATTERNS,
];

/** Strategies have names of their own; what they implement makes them part of the design. */
export function strategiesIn(text: string): string[] {
  const classes = /export class (\w+) implements [^{]*\b(?:DataWipe|Benchmark)Strategy\b/g;
  return [...text.matchAll(classes)].map(([, name = '']) => name);
}

/** Whether a file's text exports something of this name, declared there or passed on. */
export function declares(text: string, name: string): boolean {
  const declaration = `export (?:declare )?(?:abstract )?(?:async )?(?:class|interface|type|const|function\\*?) ${name}\\b`;
  return new RegExp(declaration).test(text);
}
