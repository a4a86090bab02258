// @module-tag ci

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../demo/wait-for.ts';
import { CrashLoad } from './testing/crash-load.ts';
import { CrashStage, victims } from './testing/crash-stage.ts';
import { crashViolations } from './testing/crash-verdict.ts';
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
    expect(await crashViolations(stage, load)).toEqual([]);
    // A run in which nothing got through, or everything did, would prove nothing.
    expect(known).toBeGreaterThan(KILLS);
    expect(unknown).toBeGreaterThan(0);
  });

  it.each<readonly [how: string, says: RegExp, sabotage: () => Promise<unknown> | void]>([
    [
      'a payment is made twice',
      /top_up of .* was made 2 times/,
      async () =>
        stage.sql(
          `INSERT INTO payments (id, user_id, kind, status, processor, amount_micros, currency, created_by, created_at, settled_at)
           SELECT gen_random_uuid(), user_id, kind, 'failed', processor, amount_micros, currency, created_by, created_at, now()
           FROM payments WHERE kind = 'top_up' LIMIT 1`,
        ),
    ],
    [
      'an answered booking is lost',
      /book of .* was answered with .*, and is undefined/,
      async () => stage.sql(`UPDATE bookings SET end_at = end_at + interval '1 day' WHERE id = $1`, [bookedId()]),
    ],
    [
      'an account is made twice',
      /account_made .* happened 2 times/,
      () => {
        const effects = stage.world.machines.all()[0]?.effects;
        const made = effects?.find(({ kind }) => kind === 'account_made');
        if (made !== undefined) effects?.push(made);
      },
    ],
    [
      'money that Stripe took is not in the ledger',
      /the ledger says that .* lie at Stripe/,
      () => {
        const { store } = stage.standIn;
        const [intent] = store.all('payment_intent');
        if (intent !== undefined) store.put('payment_intent', { ...intent, id: 'pi_unheard', metadata: {} });
      },
    ],
    [
      'an event is not acted on',
      /1 events were not acted on/,
      async () => {
        await stage.kill('work');
        await stage.sql(
          `UPDATE processor_events SET applied_at = NULL, next_attempt_at = now() + interval '1 day' WHERE event_id = (
             SELECT event_id FROM processor_events WHERE subject IS NOT NULL LIMIT 1)`,
        );
      },
    ],
  ])('are found out when %s', async (_how, says, sabotage) => {
    await sabotage();
    expect((await crashViolations(stage, load)).join('\n')).toMatch(says);
  });
});

function bookedId(): string {
  return load.calls.find(({ id, kind }) => kind === 'book' && id !== null)?.id ?? '';
}
