import type { AppRouter } from '@rsm/api';
import { isTRPCClientError } from '@trpc/client';
import type { LabHost } from '@rsm/lab';
import { onboardingOf } from './onboard-machine.ts';
import type { MarketClient, Session } from './market-client.ts';
import { signIn, signUp } from './market-client.ts';
import { demoProvider, demoRenter } from './demo-people.ts';

export interface DemoHost {
  readonly host: LabHost;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly pricePerHour: string;
}

/** The demo's renter begins with this in his wallet. */
const RENTER_TOP_UP = '50.00';
const PAGE_LIMIT = 100;

/**
 * Fills the market through the public procedures alone: people, machines, benchmarks, listings. What is there already
 * stays, so a second start changes nothing.
 */
export async function fillMarket(options: {
  readonly apiUrl: string;
  readonly hosts: readonly DemoHost[];
  readonly print: (line: string) => void;
}): Promise<void> {
  const { apiUrl, hosts, print } = options;
  const { market } = await enter(apiUrl, demoProvider);
  const me = await market.users.me.query();
  if (me.providerProfile === null) {
    await market.users.openProviderProfile.mutate({ publicName: demoProvider.displayName });
  }
  const renter = await enter(apiUrl, demoRenter);
  await renter.market.payments.topUp.mutate({
    idempotencyKey: 'demo-first-top-up',
    amount: RENTER_TOP_UP,
    source: '4242424242424242',
  });
  // One after the other: two benchmarks at once on one computer would measure each other.
  for (const host of hosts) await offer(market, host, print);
}

async function enter(apiUrl: string, person: typeof demoProvider | typeof demoRenter): Promise<Session> {
  try {
    return await signIn(apiUrl, person);
  } catch (error) {
    if (!isTRPCClientError<AppRouter>(error) || error.data?.code !== 'invalid_credentials') throw error;
    return signUp(apiUrl, person);
  }
}

async function offer(market: MarketClient, demo: DemoHost, print: (line: string) => void): Promise<void> {
  const machines = await market.machines.list.query({ limit: PAGE_LIMIT });
  const known = machines.items.find((machine) => machine.name === demo.name && machine.status !== 'retired');
  const onboarding = onboardingOf(market, demo.host);
  const machine = known ?? (await onboarding.connect({ name: demo.name, region: 'this computer' }));
  if (machine.status === 'connecting') {
    print(`${demo.name}: connecting and checking`);
    await onboarding.paste(machine);
    if (machine.hostKeyState !== 'pinned') await onboarding.confirmHostKey(machine);
    await onboarding.waitUntilVerified(machine);
  }
  const listings = await market.listings.listMine.query({ limit: PAGE_LIMIT });
  if (listings.items.some((listing) => listing.machineId === machine.id && listing.status === 'active')) return;
  print(`${demo.name}: measuring`);
  await onboarding.benchmark(machine);
  const draft =
    listings.items.find((listing) => listing.machineId === machine.id && listing.status === 'draft') ??
    (await market.listings.create.mutate({
      machineId: machine.id,
      terms: { title: demo.title, description: demo.description, pricePerHour: demo.pricePerHour },
    }));
  await market.listings.publish.mutate({ id: draft.id });
  print(`${demo.name}: listed at ${demo.pricePerHour} an hour`);
}
