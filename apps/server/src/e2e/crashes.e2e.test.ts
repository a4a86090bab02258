import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../demo/wait-for.ts';
import { CrashLoad } from './testing/crash-load.ts';
import { CrashStage, victims } from './testing/crash-stage.ts';
import { seededRandom } from './testing/seeded-random.ts';

/**
 * Everything is killed at random while people book and pay. The machines are fakes in this process and not the lab's real hosts,
 * because they have to count every effect, and dozens of bookings have to be under way at each kill; what a killed worker leaves on a
 * real host is shown beside this by worker-killed.e2e.test.ts. Stripe is its stand-in over real HTTP, behind the official SDK.
 */
const KILLS = 30;
const SEED = Number(process.env['RSM_TEST_SEED']);
const PAUSE_MS_MAX = 2_500;
/** A lease of 30 s, a sweep every 15 s, the pause of a retry and the work itself; twice, because the machine is shared. */
const STUCK_LIMIT_MS = 120_000;

/** The kills have numbers of their own: how many the load draws between two of them is nobody's choice. */
const random = seededRandom(SEED);
const others = seededRandom(SEED + 1);
let stage: CrashStage;
let load: CrashLoad;

beforeAll(async () => {
  stage = await CrashStage.open(others);
  load = new CrashLoad(stage, others);
  await load.prepare({ renters: 4, machines: 6 });
});

afterAll(async () => stage?.close());

const count = async (query: string, bindings: readonly unknown[] = []): Promise<number> => {
  const [row] = await stage.sql<{ count: string }>(`SELECT count(*) FROM ${query}`, bindings);
  return Number(row?.count);
};

describe('http, worker and Postgres', { tags: 'deep' }, () => {
  it(`killed ${String(KILLS)} times under a load lose nothing and do nothing twice`, async () => {
    load.start();
    const killed = { serve: 0, work: 0, postgres: 0 };
    for (let kills = 0; kills < KILLS; kills += 1) {
      await sleep(random() * PAUSE_MS_MAX);
      const victim = victims[Math.floor(random() * victims.length)] ?? 'serve';
      await stage.kill(victim);
      killed[victim] += 1;
    }
    await load.stop();
    const stoppedAt = Date.now();
    await waitFor('every booking to come to its end', STUCK_LIMIT_MS, async () =>
      (await load.windDown().catch(() => false)) ? true : null,
    );
    await waitFor('every event to be acted on', STUCK_LIMIT_MS, async () =>
      (await count('processor_events WHERE applied_at IS NULL')) === 0 ? true : null,
    );
    const rest = Math.round((Date.now() - stoppedAt) / 1_000);
    const known = load.calls.filter(({ id }) => id !== null).length;
    const unknown = load.calls.filter(({ id, isRefused }) => id === null && !isRefused).length;
    console.log(
      `Killed ${JSON.stringify(killed)} with seed ${String(SEED)}: ${String(load.calls.length)} calls, ${String(known)} answered, ` +
        `${String(unknown)} never; at rest ${String(rest)} s later.`,
    );

    expect(stage.deaths, 'nothing ends by itself, not even when its database is gone').toEqual([]);
    expect(await stage.run(['audit'])).toMatchObject({ status: 0 });
    // A run in which nothing got through, or everything did, would prove nothing.
    expect(known).toBeGreaterThan(KILLS);
    expect(unknown).toBeGreaterThan(0);
    for (const call of load.calls) await expectOnce(call);
    await expectEffectsOnce();
    await expectSameMoney();
  });
});

/** What was answered has happened once; what was not, at most once; what was refused, never. */
async function expectOnce(call: CrashLoad['calls'][number]): Promise<void> {
  const { id, isRefused, kind, size } = call;
  const told = `${kind} of ${String(size)}, answered with ${String(id)}`;
  const made =
    kind === 'top_up'
      ? await count(`payments WHERE kind = 'top_up' AND amount_micros = $1`, [size * 10_000])
      : await count(`bookings WHERE end_at - start_at = $1 * interval '1 ms'`, [size]);
  expect(made, told).toBeLessThanOrEqual(1);
  if (id === null) return;
  expect(isRefused, told).toBe(false);
  const table = kind === 'top_up' ? 'payments' : 'bookings';
  expect(await count(`${table} WHERE id = $1`, [id]), told).toBe(1);
  const moved = kind === 'top_up' ? `payment_id = $1 AND kind = 'top_up'` : `booking_id = $1 AND kind = 'hold'`;
  const open = kind === 'top_up' && (await count(`payments WHERE id = $1 AND status <> 'succeeded'`, [id])) === 1;
  expect(await count(`ledger_transfers WHERE ${moved}`, [id]), told).toBe(open ? 0 : 1);
}

/** On the machines: one account for each booking that began, made once, ended once, removed once. */
async function expectEffectsOnce(): Promise<void> {
  const effects = stage.world.machines.all().flatMap((machine) => machine.effects);
  const counts = new Map<string, number>();
  for (const { accountName, kind } of effects) {
    if (kind === 'deadline_moved') continue;
    const effect = `${kind} ${accountName}`;
    counts.set(effect, (counts.get(effect) ?? 0) + 1);
  }
  expect([...counts].filter(([, times]) => times > 1)).toEqual([]);
  for (const machine of stage.world.machines.all()) expect([...machine.accounts.keys()]).toEqual([]);
  const ended = [...load.ended];
  expect(
    await count(`bookings WHERE id = ANY ($1) AND status = 'completed' AND charged_amount_micros > 0`, [ended]),
  ).toBe(ended.length);
}

/** Stripe has taken each payment at most once, and the ledger says that all of it lies there. */
async function expectSameMoney(): Promise<void> {
  const taken = stage.standIn.store.all('payment_intent').filter(({ status }) => status === 'succeeded');
  const paymentIds = taken.map(({ metadata }) => JSON.stringify(metadata));
  expect(new Set(paymentIds).size).toBe(taken.length);
  const atStripe = taken.reduce((sum, { amount }) => sum + BigInt(Number(amount)), 0n) * 10_000n;
  const [clearing] = await stage.sql<{ total: string }>(
    `SELECT coalesce(-sum(amount_micros), 0)::text AS total FROM ledger_entries WHERE house_account = 'clearing'`,
  );
  expect(BigInt(clearing?.total ?? 0)).toBe(atStripe);
}
