import type { Lab, LabHost } from '@rsm/lab';
import { prepareTestLab } from '@rsm/lab';
import { beforeEach } from 'vitest';
import { signUp, type MarketClient } from '../../demo/market-client.ts';
import { onboardingOf } from '../../demo/onboard-machine.ts';
import { waitFor } from '../../demo/wait-for.ts';
import { PASSWORD } from './people.ts';
import { renterComputer, type RenterComputer } from '../../tour/ssh-program.ts';

export const TOP_UP_MICROS = 20_000_000n;
const BENCHMARK_LIMIT_MS = 120_000;

/** A lab host that the product onboarded, measured and listed. */
export interface Offer {
  readonly host: LabHost;
  readonly machineId: string;
  readonly listingId: string;
}

/** A provider with listed machines and a renter with a key and money, all through the public procedures. */
export interface LabMarket {
  readonly provider: MarketClient;
  readonly renter: MarketClient;
  readonly computer: RenterComputer;
  readonly sshKeyId: string;
  readonly offers: readonly Offer[];
}

/**
 * The lab for a file of tests. Where there can be none its tests are skipped with the reason, except with `CI=true`: there
 * this throws. Call it at the top of the file, and `open` the lab in a hook.
 */
export function useLab(): { open(): Promise<Lab | null> } {
  let missing: string | undefined;
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing);
  });
  return {
    open: async () => {
      const prepared = await prepareTestLab(process.env);
      if (prepared.available) return prepared.lab;
      missing = prepared.reason;
      return null;
    },
  };
}

/** Fills a market with one listed machine per host. Needs a running server and a running worker. */
export async function fillLabMarket(options: {
  readonly apiUrl: string;
  readonly hosts: readonly LabHost[];
  readonly terms: { readonly pricePerHour: string; readonly durationMinMs?: number };
  readonly accessMode?: 'unix_user' | 'container';
}): Promise<LabMarket> {
  const { accessMode = 'unix_user', apiUrl, hosts, terms } = options;
  const person = (role: string) => ({ email: `${role}@e2e.example`, password: PASSWORD, displayName: role });
  const { market: provider } = await signUp(apiUrl, person('provider'));
  await provider.users.openProviderProfile.mutate({ publicName: 'Provider' });
  const [offers, renter] = await Promise.all([
    Promise.all(
      hosts.map((host, index) => offerMachine(provider, host, { name: `Machine ${index + 1}`, accessMode, terms })),
    ),
    enterAsRenter(apiUrl, person('renter')),
  ]);
  return { provider, ...renter, offers };
}

async function enterAsRenter(
  apiUrl: string,
  person: Parameters<typeof signUp>[1],
): Promise<Pick<LabMarket, 'renter' | 'computer' | 'sshKeyId'>> {
  const { market: renter } = await signUp(apiUrl, person);
  const computer = await renterComputer();
  const key = await renter.users.addSshKey.mutate({ name: 'laptop', publicKey: computer.publicKey });
  await renter.payments.topUp.mutate({ idempotencyKey: 'first-top-up', amount: '20.00', source: '4242424242424242' });
  return { renter, computer, sshKeyId: key.id };
}

async function offerMachine(
  provider: MarketClient,
  host: LabHost,
  wish: {
    readonly name: string;
    readonly accessMode: 'unix_user' | 'container';
    readonly terms: { readonly pricePerHour: string; readonly durationMinMs?: number };
  },
): Promise<Offer> {
  const { accessMode, name, terms } = wish;
  const onboarding = onboardingOf(provider, host);
  const machine = await onboarding.connect({ name, region: 'lab', accessMode });
  await onboarding.paste(machine);
  await onboarding.confirmHostKey(machine);
  await onboarding.waitUntilVerified(machine);
  // One kind is enough for a listing, and this one takes next to no processor; measuring is not what these tests are about. The others
  // are measured in benchmarks.lab.test.ts, main-job.e2e.test.ts and by the tour.
  const { items } = await provider.benchmarks.start.mutate({ machineId: machine.id, kinds: ['network'] });
  await waitFor('the benchmark', BENCHMARK_LIMIT_MS, async () => {
    const runs = await Promise.all(items.map(({ id }) => provider.benchmarks.get.query({ id })));
    const failed = runs.find((run) => run.status === 'failed');
    if (failed !== undefined) throw new Error(`The benchmark failed: ${failed.failureReason ?? ''}`);
    return runs.every((run) => run.status === 'succeeded') ? true : null;
  });
  const draft = await provider.listings.create.mutate({ machineId: machine.id, terms: { title: name, ...terms } });
  await provider.listings.publish.mutate({ id: draft.id });
  return { host, machineId: machine.id, listingId: draft.id };
}

type BookingRead = Awaited<ReturnType<MarketClient['bookings']['create']['mutate']>>;

/** Books a machine from now on. */
export async function bookNow(market: LabMarket, offer: Offer, durationMs: number): Promise<BookingRead> {
  return market.renter.bookings.create.mutate({
    idempotencyKey: `${offer.listingId}-${Date.now()}`,
    listingId: offer.listingId,
    start: null,
    durationMs,
    sshKeyIds: [market.sshKeyId],
  });
}

/** @throws Error when the booking ends in another way, or the limit is over */
export async function untilBooking(
  market: MarketClient,
  id: string,
  status: BookingRead['status'],
  limitMs: number,
): Promise<BookingRead> {
  return waitFor(`the booking to be ${status}`, limitMs, async () => {
    const { booking } = await market.bookings.get.query({ id });
    if (booking.status === status) return booking;
    const isOver = ['failed', 'cancelled', 'quarantined', 'completed'].includes(booking.status);
    if (isOver) throw new Error(`The booking is ${booking.status}: ${booking.statusReason ?? ''}`);
    return null;
  });
}
