// @module-tag ci

import type { Lab, LabHost } from '@rsm/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../demo/wait-for.ts';
import { Installation } from './testing/installation.ts';
import { bookNow, fillLabMarket, TOP_UP_MICROS, untilBooking, useLab, type LabMarket } from './testing/lab-market.ts';
import type { Program } from './testing/program.ts';

/** A lease of 30 s, a sweep every 15 s, and the work itself, on a machine that has much else to do. */
const RECOVERY_LIMIT_MS = 120_000;
/** Two leases and two clean-ups are waited for: longer than other stories. */
const STORY_LIMIT_MS = 400_000;
const HOUR_MS = 3_600_000;

const lab = useLab();
let hosts: Lab | null = null;
let installation: Installation;
let market: LabMarket;
let firstWorker: Program;

beforeAll(async () => {
  hosts = await lab.open();
  if (hosts === null) return;
  const starting = Promise.all([hosts.startHost({ flavour: 'debian' }), hosts.startHost({ flavour: 'debian' })]);
  installation = await Installation.open();
  const { apiUrl } = await installation.serve();
  firstWorker = await installation.work();
  market = await fillLabMarket({ apiUrl, hosts: await starting, terms: { pricePerHour: '2.40' } });
});

afterAll(async () => {
  await market?.computer.discard();
  await installation?.close();
  await hosts?.stop();
});

/**
 * Makes the middle of a step wide: the host's own tool does its work, notes it, and does not come back before the gate is
 * open. The worker that waits for it can be killed between the effect and its record.
 */
async function holdAfterEffect(host: LabHost, tool: string): Promise<void> {
  await host.trouble.shadowTool(
    tool,
    (real) => `#!/bin/sh
"${real}" "$@"; status=$?
for last; do :; done
echo "$last $status" >> /root/${tool}.log
tries=0
while [ ! -e /root/gate-open ] && [ "$tries" -lt 600 ]; do sleep 0.1; tries=$((tries + 1)); done
exit "$status"
`,
  );
}
async function callsOf(host: LabHost, tool: string): Promise<readonly string[]> {
  const { stdout } = await host.run(`cat /root/${tool}.log 2>/dev/null`);
  return stdout.split('\n').filter((line) => line !== '');
}

const untilCalled = async (host: LabHost, tool: string): Promise<true> =>
  waitFor(`${tool} to have done its work`, 30_000, async () => ((await callsOf(host, tool)).length > 0 ? true : null));

describe('a worker that is killed', { timeout: STORY_LIMIT_MS }, () => {
  it('in the middle of a provisioning and of a wipe is followed by another one, and nothing is done twice', async () => {
    const [wiped, provisioned] = market.offers;
    if (wiped === undefined || provisioned === undefined) throw new Error('Two machines are needed.');

    const ending = await bookNow(market, wiped, HOUR_MS);
    await untilBooking(market.renter, ending.id, 'active', 60_000);
    const wipedAccount = (await market.renter.bookings.connection.query({ id: ending.id })).user;
    await holdAfterEffect(wiped.host, 'userdel');
    await holdAfterEffect(provisioned.host, 'useradd');
    await market.renter.bookings.endEarly.mutate({ id: ending.id });
    await untilCalled(wiped.host, 'userdel');
    const beginning = await bookNow(market, provisioned, HOUR_MS);
    await untilCalled(provisioned.host, 'useradd');

    // The second one was there before: it has seen that both are taken, and waits for the leases.
    const secondWorker = await installation.work();
    expect(await statusOf(ending.id), 'before the kill').toBe('wiping');
    expect(await statusOf(beginning.id), 'before the kill').toBe('provisioning');
    await firstWorker.end('SIGKILL');
    const killedAt = Date.now();
    for (const { host } of [wiped, provisioned]) await host.run('touch /root/gate-open');
    await Promise.all([
      untilBooking(market.renter, ending.id, 'completed', RECOVERY_LIMIT_MS),
      untilBooking(market.renter, beginning.id, 'active', RECOVERY_LIMIT_MS),
    ]);
    console.log(`Both bookings went on within ${Math.round((Date.now() - killedAt) / 1000)} s of the kill`);
    expect(secondWorker.isRunning).toBe(true);

    // On the hosts: one account was made and one was removed, each once.
    const connection = await market.renter.bookings.connection.query({ id: beginning.id });
    expect(await callsOf(provisioned.host, 'useradd')).toEqual([`${connection.user} 0`]);
    expect(await callsOf(wiped.host, 'userdel')).toEqual([`${wipedAccount} 0`]);
    expect(await accountsOn(provisioned.host)).toEqual([connection.user]);
    expect(await accountsOn(wiped.host)).toEqual([]);
    expect(await market.computer.ssh(connection, 'whoami')).toBe(connection.user);

    await market.renter.bookings.endEarly.mutate({ id: beginning.id });
    await untilBooking(market.renter, beginning.id, 'completed', 90_000);
    expect(await accountsOn(provisioned.host)).toEqual([]);

    for (const id of [ending.id, beginning.id]) await expectDoneOnce(id);
    const details = await Promise.all([ending, beginning].map(({ id }) => market.renter.bookings.get.query({ id })));
    const charged = details.reduce((sum, { booking }) => sum + (booking.chargedMicros ?? 0n), 0n);
    expect(charged).toBe(800_000n); // Twice the minimum of 10 minutes at 2.40 an hour.
    expect(await market.renter.payments.wallet.query()).toMatchObject({
      availableMicros: TOP_UP_MICROS - charged,
      heldMicros: 0n,
    });
    expect(await market.provider.payments.earnings.query()).toMatchObject({
      pendingMicros: 0n,
      availableMicros: (charged * 9n) / 10n,
    });
    expect(await installation.run(['audit'])).toMatchObject({ status: 0 });
  });
});

async function statusOf(id: string): Promise<string> {
  return (await market.renter.bookings.get.query({ id })).booking.status;
}

async function accountsOn(host: LabHost): Promise<readonly string[]> {
  const { stdout } = await host.run('getent passwd | cut -d: -f1 | grep ^rsm-');
  return stdout.split('\n').filter((line) => line !== '');
}

/** One grant, one charge, one certificate; and a history that is a path, each state once. */
async function expectDoneOnce(bookingId: string): Promise<void> {
  const { changes } = await market.renter.bookings.history.query({ id: bookingId });
  expect(changes.map(({ from, to }) => `${from ?? 'nothing'} → ${to}`)).toEqual([
    'nothing → scheduled',
    'scheduled → provisioning',
    'provisioning → active',
    'active → revoking',
    'revoking → wiping',
    'wiping → completed',
  ]);
  const count = async (query: string): Promise<number> => {
    const [row] = await installation.sql<{ count: number | bigint }>(query, [bookingId]);
    return Number(row?.count);
  };
  expect(await count('SELECT count(*) FROM access_grants WHERE booking_id = ?')).toBe(1);
  expect(await count('SELECT count(*) FROM certificates WHERE booking_id = ?')).toBe(1);
  for (const kind of ['hold', 'charge', 'release', 'earning_available']) {
    const query = `SELECT count(*) FROM ledger_transfers WHERE kind = '${kind}' AND booking_id = ?`;
    expect(await count(query), kind).toBe(1);
  }
}
