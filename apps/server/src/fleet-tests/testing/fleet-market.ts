import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyPairMaker } from '@rsm/hosts';
import { openMarket, signIn, type MarketClient } from '../../demo/market-client.ts';
import { waitFor } from '../../demo/wait-for.ts';
import { PASSWORD } from '../../e2e/testing/people.ts';
import type { Fleet } from './fleet.ts';

const READY_LIMIT_MS = 120_000;

export interface FleetRenter {
  readonly market: MarketClient;
  readonly sshKeyId: string;
  /** Good for five minutes: sign in anew for each load. */
  accessToken: string;
  readonly email: string;
}

export interface FleetMarket {
  readonly admin: MarketClient;
  readonly provider: MarketClient;
  readonly renters: readonly FleetRenter[];
  readonly listingIds: readonly string[];
}

/** People and machines, made through the front door of production. */
export async function fillFleet(
  fleet: Fleet,
  counts: { readonly renters: number; readonly machines: number },
): Promise<FleetMarket> {
  const { market: admin, email } = await enter(fleet, 'admin');
  const made = await fleet.run(['make-admin', email]);
  if (made.status !== 0) throw new Error(`make-admin: ${made.out}${made.err}`);
  const { market: provider } = await enter(fleet, 'provider');
  await provider.users.openProviderProfile.mutate({ publicName: 'Provider' });
  const listingIds: string[] = [];
  for (let count = 0; count < counts.machines; count += 1) listingIds.push(await offer(fleet, provider, count));
  const renters: FleetRenter[] = [];
  for (let count = 0; count < counts.renters; count += 1) {
    const renter = await enter(fleet, `renter-${String(count)}`);
    const { publicKey } = createKeyPairMaker().make('renter@laptop');
    const { id: sshKeyId } = await renter.market.users.addSshKey.mutate({ name: 'laptop', publicKey });
    const { id: userId } = await renter.market.users.me.query();
    const reason = 'The budget of this renter.';
    await admin.payments.manualCredit.mutate({ idempotencyKey: `credit-${userId}`, userId, amount: '500.00', reason });
    renters.push({ ...renter, sshKeyId });
  }
  return { admin, provider, renters, listingIds };
}

/** New tokens for the feeds, which can't renew theirs. */
export async function signInAgain(fleet: Fleet, renters: readonly FleetRenter[]): Promise<void> {
  for (const renter of renters) {
    const session = await openMarket(fleet.apiUrl).auth.signIn.mutate({ email: renter.email, password: PASSWORD });
    renter.accessToken = session.accessToken;
  }
}

/** Signs somebody up: production wants the address confirmed, by what a mail says. */
async function enter(fleet: Fleet, name: string) {
  const email = `${name}@fleet.example`;
  const door = openMarket(fleet.apiUrl);
  await door.auth.signUp.mutate({ email, password: PASSWORD, displayName: name });
  const token = await waitFor(`the mail to ${email}`, READY_LIMIT_MS, async () => confirmationOf(fleet.mailDir, email));
  await door.auth.confirmEmail.mutate({ token });
  const { accessToken } = await door.auth.signIn.mutate({ email, password: PASSWORD });
  const { market } = await signIn(fleet.apiUrl, { email, password: PASSWORD });
  await market.users.me.query();
  return { email, market, accessToken };
}

async function confirmationOf(mailDir: string, email: string): Promise<string | null> {
  const names = await readdir(mailDir).catch((): string[] => []);
  const name = names.find((mail) => mail.includes(email) && mail.endsWith('.eml'));
  if (name === undefined) return null;
  const [, token] = /#token=(\S+)/.exec(await readFile(join(mailDir, name), 'utf8')) ?? [];
  return token === undefined ? null : decodeURIComponent(token);
}

async function offer(fleet: Fleet, provider: MarketClient, count: number): Promise<string> {
  const fake = fleet.world.machines.add();
  const name = `Machine ${String(count)}`;
  const wish = { name, control: fake.endpoint, sshUser: 'root', declaredRegion: 'fleet' };
  const { id } = await provider.machines.connect.mutate(wish);
  await waitFor('the host key', READY_LIMIT_MS, async () =>
    (await provider.machines.get.query({ id })).hostKeyState === 'scanned' ? true : null,
  );
  await provider.machines.confirmHostKey.mutate({ id, fingerprint: fake.hostKey.fingerprint });
  await waitFor('the checks', READY_LIMIT_MS, async () =>
    (await provider.machines.get.query({ id })).status === 'verified' ? true : null,
  );
  const { items } = await provider.benchmarks.start.mutate({ machineId: id, kinds: ['cpu'] });
  await waitFor('the benchmark', READY_LIMIT_MS, async () => {
    const runs = await Promise.all(items.map((run) => provider.benchmarks.get.query({ id: run.id })));
    return runs.every(({ status }) => status === 'succeeded') ? true : null;
  });
  const draft = await provider.listings.create.mutate({ machineId: id, terms: { title: name, pricePerHour: '1.20' } });
  await provider.listings.publish.mutate({ id: draft.id });
  return draft.id;
}
