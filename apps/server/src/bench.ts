/** What the benchmarks put together of the server, and measure. */
export { systemClock } from './clock.ts';
export type { Workflows } from './composition.ts';
export { signUp, type MarketClient } from './demo/market-client.ts';
export { onboardingOf } from './demo/onboard-machine.ts';
export { createHttpServer } from './http/http-server.ts';
export { createLogger } from './logging.ts';
export { systemTimers } from './timers.ts';
export { renterComputer, type RenterComputer } from './tour/ssh-program.ts';
export { createGraphileLogger } from './worker/graphile-logger.ts';
export { startWorker } from './worker/worker.ts';
