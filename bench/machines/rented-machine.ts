import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { resolve } from 'node:path';
import { labNetwork, type Lab, type LabHost } from '@rsm/lab';
import { type MarketClient, type RenterComputer, onboardingOf, renterComputer, signUp } from '@rsm/server/bench';
import { Client } from 'pg';
import { withScratchPostgres } from '../process/scratch-postgres.ts';
import { serveProduct } from '../search/serve.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PASSWORD = 'a long enough bench password';
/** Of each wait; a person waits shorter, but what takes long shall be measured and not fail. */
const WAIT_LIMIT_MS = 180_000;
/** The clock of the measurement looks so often, so that it adds little of its own. */
const LOOK_EVERY_MS = 20;

type BookingRead = Awaited<ReturnType<MarketClient['bookings']['create']['mutate']>>;

/** One lab host that a provider has listed, and a renter with money and a key. */
export interface RentedMachine {
  readonly host: LabHost;
  readonly renter: MarketClient;
  readonly computer: RenterComputer;
  /** Books the machine from now on. */
  readonly book: () => Promise<BookingRead>;
  /** @throws Error when the booking ends in another way, or the limit is over */
  readonly until: (id: string, status: BookingRead['status']) => Promise<void>;
  /** Gives back the time that was kept for clean-ups which are over: until five were measured that is 15 minutes each. */
  readonly freeCalendar: () => Promise<void>;
}

/** The whole product on a lab host: an http process, a worker, and people who do everything through the public procedures. */
export async function withRentedMachine<Result>(
  lab: Lab,
  say: (line: string) => void,
  work: (machine: RentedMachine) => Promise<Result>,
): Promise<Result> {
  return withScratchPostgres(async (postgres) => {
    const env = {
      MACHINE_NETWORKS: labNetwork,
      CONTROL_ADDRESSES: labNetwork,
      BENCHMARK_SECONDS_PER_RUN: '1',
      RSM_LAB: 'off',
    };
    Object.assign(process.env, env);
    const serving = await serveProduct(postgres);
    const worker = startWorkerProcess(postgres);
    try {
      const host = await lab.startHost({ flavour: 'debian' });
      say('a provider connects and measures the machine …');
      const listingId = await listMachine(`${serving.baseUrl}/api/v1`, host);
      const rented = await enterAsRenter(`${serving.baseUrl}/api/v1`, host, { listingId, ownerUrl: postgres.ownerUrl });
      try {
        return await work(rented);
      } finally {
        await rented.computer.discard();
      }
    } finally {
      await worker.stop();
      await serving.stop();
    }
  });
}

async function listMachine(apiUrl: string, host: LabHost): Promise<string> {
  const person = { email: 'provider@bench.example', password: PASSWORD, displayName: 'Provider' };
  const { market } = await signUp(apiUrl, person);
  await market.users.openProviderProfile.mutate({ publicName: 'Provider' });
  const onboarding = onboardingOf(market, host);
  const machine = await onboarding.connect({ name: 'Bench machine', region: 'lab' });
  await onboarding.paste(machine);
  await onboarding.confirmHostKey(machine);
  await onboarding.waitUntilVerified(machine);
  await onboarding.benchmark(machine);
  const terms = { title: 'Bench machine', pricePerHour: '0.10' };
  const draft = await market.listings.create.mutate({ machineId: machine.id, terms });
  await market.listings.publish.mutate({ id: draft.id });
  return draft.id;
}

async function enterAsRenter(
  apiUrl: string,
  host: LabHost,
  { listingId, ownerUrl }: { readonly listingId: string; readonly ownerUrl: string },
): Promise<RentedMachine> {
  const { market: renter } = await signUp(apiUrl, {
    email: 'renter@bench.example',
    password: PASSWORD,
    displayName: 'Renter',
  });
  const computer = await renterComputer();
  const key = await renter.users.addSshKey.mutate({ name: 'laptop', publicKey: computer.publicKey });
  await renter.payments.topUp.mutate({ idempotencyKey: 'bench-top-up', amount: '20.00', source: '4242424242424242' });
  let booked = 0;
  return {
    host,
    renter,
    computer,
    book: async () => {
      booked += 1;
      return renter.bookings.create.mutate({
        idempotencyKey: `bench-booking-${String(booked)}`,
        listingId,
        start: null,
        durationMs: 3_600_000,
        sshKeyIds: [key.id],
      });
    },
    until: async (id, status) => {
      for (const giveUpAt = performance.now() + WAIT_LIMIT_MS; performance.now() < giveUpAt;) {
        const { booking } = await renter.bookings.get.query({ id });
        if (booking.status === status) return;
        if (['failed', 'cancelled', 'quarantined', 'completed'].includes(booking.status)) {
          throw new Error(`The booking is ${booking.status}: ${booking.statusReason ?? ''}`);
        }
        await sleep(LOOK_EVERY_MS);
      }
      throw new Error(`The booking was not ${status} within ${String(WAIT_LIMIT_MS / 1_000)} s.`);
    },
    freeCalendar: async () => {
      const client = new Client({ connectionString: ownerUrl });
      await client.connect();
      try {
        await client.query(
          `UPDATE occupancies SET live = false FROM bookings WHERE bookings.id = booking_id AND status = 'completed'`,
        );
      } finally {
        await client.end();
      }
    },
  };
}

function startWorkerProcess(options: { readonly url: string; readonly ownerUrl: string; readonly dataDir: string }): {
  readonly stop: () => Promise<void>;
} {
  const main = resolve(ROOT, 'apps/server/src/main.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'work'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      DATABASE_URL: options.url,
      DATABASE_OWNER_URL: options.ownerUrl,
      RSM_DATA_DIR: options.dataDir,
      LOG_LEVEL: process.env['RSM_BENCH_LOG'] ?? 'error',
    },
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  return {
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
