import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppRouter } from '@rsm/api';
import { isTRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMarket, openMarketAs } from '../demo/market-client.ts';
import { waitFor } from '../demo/wait-for.ts';
import { PASSWORD } from '../e2e/testing/people.ts';
import { seededRandom } from '../e2e/testing/seeded-random.ts';
import { API_PATH } from '../http/http-server.ts';
import { Fleet, type Kind, type Member } from './testing/fleet.ts';
import { FleetLoad } from './testing/fleet-load.ts';
import { fillFleet, signInAgain, type FleetMarket } from './testing/fleet-market.ts';

const SEED = Number(process.env['RSM_TEST_SEED']);
const KILLS = 8;
const KILL_PAUSE_MS_MAX = 1_500;
const FROZEN_MS = 500;
/** Spread by the number of requests that each has, so that some are in the process that is killed. */
const GATHERED = 9;
/** A lease of 30 s, a sweep every 15 s, and the work itself; twice, because the machine is shared. */
const STUCK_LIMIT_MS = 120_000;

/**
 * Three `serve` behind nginx, three `work`, PgBouncer, a primary and a replica, all of them programs of the distribution with the
 * configuration that deploy/ ships, in production mode and without root. Nothing in between is a fake but the machines.
 */
describe('three of each process', { tags: 'deep' }, () => {
  const random = seededRandom(SEED);
  let fleet: Fleet;
  let market: FleetMarket;
  let loads = 0;

  beforeAll(async () => {
    fleet = await Fleet.open(seededRandom(SEED + 1));
    market = await fillFleet(fleet, { renters: 4, machines: 6 });
  });
  afterAll(async () => fleet?.close());

  const addressOf = ({ port }: Pick<Member, 'port'>): string => `http://127.0.0.1:${String(port)}`;
  const members = (kind: Kind): readonly Member[] => fleet.members.filter((member) => member.kind === kind);

  async function during(what: (load: FleetLoad) => Promise<void>): Promise<FleetLoad> {
    loads += 1;
    await signInAgain(fleet, market.renters);
    const load = new FleetLoad(fleet.apiUrl, market, random, loads * 1_000);
    load.start();
    await sleep(1_000);
    await what(load);
    await sleep(1_000);
    await load.stop();
    await waitFor('every booking to come to its end', STUCK_LIMIT_MS, async () =>
      (await load.windDown().catch(() => false)) ? true : null,
    );
    return load;
  }

  /** What must be so however often anything was stopped. */
  async function expectAllDoneOnce(load: FleetLoad): Promise<void> {
    expect(load.problems).toEqual([]);
    const rows = await fleet.pair.sql<{ size: number; ids: string[] }>(
      'primary',
      `SELECT (extract(epoch FROM end_at - start_at) * 1000)::int AS size, array_agg(id::text) AS ids FROM bookings
       GROUP BY 1`,
    );
    const made = new Map(rows.map(({ ids, size }) => [size, ids]));
    for (const [size, id] of load.booked) expect(made.get(size), `the booking of ${String(size)} ms`).toEqual([id]);
    const effects = fleet.world.machines.all().flatMap((machine) => machine.effects);
    const counts = new Map<string, number>();
    for (const { accountName, kind } of effects) {
      if (kind !== 'deadline_moved')
        counts.set(`${kind} ${accountName}`, (counts.get(`${kind} ${accountName}`) ?? 0) + 1);
    }
    expect([...counts].filter(([, times]) => times > 1)).toEqual([]);
    expect(fleet.world.machines.all().flatMap(({ accounts }) => [...accounts.keys()])).toEqual([]);
    // One that was given up without an error was replaced by a fresh one of its key, while its worker was dead.
    const failed = await fleet.pair.sql(
      'primary',
      'SELECT * FROM graphile_worker.jobs WHERE attempts >= max_attempts AND last_error IS NOT NULL',
    );
    expect(failed).toEqual([]);
    const audit = await fleet.run(['audit']);
    expect(`${audit.out}${audit.err}`, 'the audit').toContain('0 broken');
    for (const { events, resets, userId } of await load.seen()) {
      const [last] = await fleet.pair.sql<{ seq: number }>(
        'primary',
        'SELECT max(seq)::int AS seq FROM events WHERE audience = $1',
        [userId],
      );
      const lastSeq = last?.seq ?? 0;
      const first = (resets[0] ?? 0) + 1;
      expect([...new Set(events)], 'a feed shows every event, in order').toEqual(
        Array.from({ length: lastSeq - first + 1 }, (_, index) => first + index),
      );
    }
    load.closeFeeds();
  }

  it('began at once on an empty database and all are ready', async () => {
    for (const { port } of members('serve')) {
      expect((await fetch(`${addressOf({ port })}/health/ready`)).status).toBe(200);
    }
    expect((await market.renters[0]?.market.listings.search.query({ sort: 'newest', limit: 20 }))?.items).toHaveLength(
      6,
    );
  });

  it('are stopped and started one after the other, and no client notices', async () => {
    let drained = 0;
    const load = await during(async () => {
      for (const member of fleet.members) {
        const ended = member.program.end('SIGTERM');
        if (member.kind === 'serve') {
          await waitFor('the readiness to turn red while the port still answers', STUCK_LIMIT_MS, async () => {
            const ready = await fetch(`${addressOf(member)}/health/ready`);
            return (await ready.text()) === '{"status":"stopping"}' ? true : null;
          });
          drained += 1;
        }
        expect(await ended, member.program.text.slice(-2_000)).toMatchObject({ status: 0 });
        await fleet.restart(member);
      }
    });
    console.log(
      `${String(load.calls)} calls during ${String(fleet.members.length)} restarts, ${String(load.booked.size)} booked, refused ${JSON.stringify([...load.refusals])}, ${String(load.healed.length)} tried again`,
    );
    expect(drained).toBe(3);
    expect(load.healed, 'no call had to be repeated').toEqual([]);
    expect(load.booked.size).toBeGreaterThan(3);
    await expectAllDoneOnce(load);
  });

  it(`are killed ${String(KILLS)} times, and every call is healed by repeating it`, async () => {
    const load = await during(async (running) => {
      for (let kills = 0; kills < KILLS; kills += 1) {
        await sleep(random() * KILL_PAUSE_MS_MAX);
        const candidates = members(kills % 2 === 0 ? 'serve' : 'work');
        const member = candidates[Math.floor(random() * candidates.length)];
        if (member === undefined) continue;
        // All of `serve` stand still for a moment, so that calls have gathered in each of them.
        for (const { program } of members('serve')) process.kill(program.pid, 'SIGSTOP');
        const gathered = running.bookTogether(GATHERED);
        await sleep(FROZEN_MS);
        await member.program.end('SIGKILL');
        for (const { program } of members('serve')) if (program.isRunning) process.kill(program.pid, 'SIGCONT');
        await fleet.restart(member);
        await gathered;
      }
    });
    console.log(
      `${String(load.calls)} calls during ${String(KILLS)} kills with seed ${String(SEED)}, ${String(load.booked.size)} booked, refused ${JSON.stringify([...load.refusals])}, tried again: ${load.healed.join(' | ')}`,
    );
    await expectAllDoneOnce(load);
    expect(load.booked.size).toBeGreaterThan(3);
    expect(load.healed.length, 'a run in which nothing was cut off would prove nothing').toBeGreaterThan(0);
  });

  it('share a suspension, the end of a session and the limits of the door, because none keeps them to itself', async () => {
    const [first, ...others] = members('serve').map((member) => `${addressOf(member)}${API_PATH}`);
    const [renter] = market.renters;
    if (first === undefined || renter === undefined) throw new Error('There are processes and people.');
    const at = (apiUrl: string, token: string) => openMarketAs(apiUrl, token).users.me.query();
    const { email } = await renter.market.users.me.query();
    const { accessToken } = await openMarket(first).auth.signIn.mutate({ email, password: PASSWORD });
    const { id } = await at(first, accessToken);
    for (const url of others) expect((await at(url, accessToken)).id).toBe(id);
    await market.admin.users.suspend.mutate({ id, reason: 'A test of the operator.' });
    for (const url of [first, ...others]) {
      await expect(at(url, accessToken), 'from the next call on').rejects.toMatchObject({
        data: { code: 'user_suspended' },
      });
    }
    const session = await openMarket(first).auth.signIn.mutate({ email: 'provider@fleet.example', password: PASSWORD });
    const { sessionSecret } = session;
    await openMarket(first).auth.signOut.mutate({ sessionSecret });
    for (const url of others) {
      await expect(openMarket(url).auth.refresh.mutate({ sessionSecret })).rejects.toMatchObject({
        data: { code: 'session_expired' },
      });
      // What was given out stays good until its five minutes are over: the one thing that outlives the session.
      await expect(at(url, session.accessToken)).resolves.toMatchObject({ email: 'provider@fleet.example' });
    }
    const codes: unknown[] = [];
    for (let tries = 0; tries < 12; tries += 1) {
      const url = [first, ...others][tries % 3] ?? first;
      const wrong = openMarket(url).auth.signIn.mutate({ email, password: 'a wrong passphrase' });
      codes.push(
        await wrong.catch((error: unknown) => (isTRPCClientError<AppRouter>(error) ? error.data?.code : error)),
      );
    }
    expect(codes.at(-1), 'ten a quarter of an hour, whichever process is asked').toBe('too_many_attempts');
  });

  it('are restored from a back-up of the database and the keys: the audit is clean, and certificates verify', async () => {
    const { pair } = fleet;
    const file = join(pair.folder, 'rsm.dump');
    await pair.tool('pg_dump', ['--format=custom', `--file=${file}`, pair.url('primary', 'superuser')]);
    await pair.tool('psql', [
      '-c',
      'CREATE DATABASE restored OWNER rsm_owner',
      pair.url('primary', 'superuser', 'postgres'),
    ]);
    await pair.tool('pg_restore', [
      '--exit-on-error',
      `--dbname=${pair.url('primary', 'superuser', 'restored')}`,
      file,
    ]);
    const env = {
      DATABASE_URL: pair.url('primary', 'app', 'restored'),
      DATABASE_DIRECT_URL: pair.url('primary', 'app', 'restored'),
      DATABASE_OWNER_URL: pair.url('primary', 'owner', 'restored'),
      DATABASE_REPLICA_URL: '',
    };
    const migrated = await fleet.run(['migrate'], env);
    expect(`${migrated.out}${migrated.err}`).toContain('Everything is up to date.');
    const audit = await fleet.run(['audit'], env);
    expect(`${audit.out}${audit.err}`).toContain('0 broken');
    const text = await pair.tool('psql', [
      '--tuples-only',
      '--no-align',
      '-c',
      'SELECT jws FROM certificates LIMIT 1',
      pair.url('primary', 'owner', 'restored'),
    ]);
    const certificate = join(fleet.folder, 'certificate.json');
    await writeFile(certificate, text);
    expect(await fleet.run(['verify', certificate], env)).toMatchObject({ status: 0 });
  });
});
