import { authRouter } from './routers/auth-router.ts';
import { benchmarksRouter } from './routers/benchmarks-router.ts';
import { bookingsRouter } from './routers/bookings-router.ts';
import { dataWipesRouter } from './routers/data-wipes-router.ts';
import { disputesRouter } from './routers/disputes-router.ts';
import { earningsRouter } from './routers/earnings-router.ts';
import { documentsRouter } from './routers/documents-router.ts';
import { eventsRouter } from './routers/events-router.ts';
import { handoversRouter } from './routers/handovers-router.ts';
import { listingsRouter } from './routers/listings-router.ts';
import { machineToolsRouter } from './routers/machine-tools-router.ts';
import { machinesRouter } from './routers/machines-router.ts';
import { paymentsRouter } from './routers/payments-router.ts';
import { payoutsRouter } from './routers/payouts-router.ts';
import { reliabilityRouter } from './routers/reliability-router.ts';
import { serverRouter } from './routers/server-router.ts';
import { spendingRouter } from './routers/spending-router.ts';
import { usersRouter } from './routers/users-router.ts';
import { t } from './trpc.ts';

/** Every procedure of the product, by noun. */
export const appRouter = t.router({
  auth: authRouter,
  users: usersRouter,
  machines: machinesRouter,
  machineTools: machineToolsRouter,
  reliability: reliabilityRouter,
  listings: listingsRouter,
  bookings: bookingsRouter,
  handovers: handoversRouter,
  payments: paymentsRouter,
  earnings: earningsRouter,
  spending: spendingRouter,
  payouts: payoutsRouter,
  disputes: disputesRouter,
  benchmarks: benchmarksRouter,
  dataWipes: dataWipesRouter,
  documents: documentsRouter,
  events: eventsRouter,
  server: serverRouter,
});

export type AppRouter = typeof appRouter;
