// @module-tag ci

import { DRIFT_BASELINE_RUNS_MAX, driftTolerancePercent } from '@rsm/domain/benchmarks/drift';
import { REMEASURE_AFTER_MS, REMEASURE_MARGIN_MS, REMEASURE_RETRY_MS } from '@rsm/domain/benchmarks/remeasuring';
import { HOUR_MS, MINUTE_MS, plusMs } from '@rsm/domain/common/instant';
import { describe, expect, it } from 'vitest';
import { openMarket, type Market } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
const setup = async () => openMarket(product());

const runsOf = async (t: Market) =>
  (await t.services.benchmarks.listByMachine(t.provider, { machineId: t.machine.id, limit: 50, cursor: null })).items;

/** How often each kind of run was made, and why, oldest first. */
const originsOf = async (t: Market) => (await runsOf(t)).map(({ origin }) => origin).toReversed();

const newestOf = async (t: Market) => {
  const [newest] = await runsOf(t);
  if (newest === undefined) throw new Error('Nothing was measured.');
  return newest;
};

const toldOf = async (t: Market, kind: string) => {
  const { rows } = await t.sql.query<{ body: string }>(
    `SELECT body FROM events JOIN benchmarks ON benchmarks.id::text = subject_id::text
     WHERE audience = $1 AND events.kind = $2 AND machine_id = $3 ORDER BY seq`,
    [t.provider.userId, kind, t.machine.id],
  );
  return rows.map(({ body }) => body);
};

/** A week without anybody looking, then one look. */
const weekLater = async (t: Market) => {
  t.clock.advance(REMEASURE_AFTER_MS);
  await t.jobs.sweep();
};

describe('the speed on a listing', () => {
  it('is measured again when it is a week old, and not before', async () => {
    const t = await setup();
    t.clock.advance(REMEASURE_AFTER_MS - 1);
    await t.jobs.sweep();
    expect(await originsOf(t)).toEqual(['requested']);
    t.clock.advance(1);
    await t.jobs.sweep();
    expect(await originsOf(t)).toEqual(['requested', 'weekly']);
    expect(await newestOf(t)).toMatchObject({ kind: 'cpu', status: 'succeeded', driftPercent: 0 });
    expect((await toldOf(t, 'benchmark_queued')).at(-1)).toContain('because its last one is a week old');
    await t.jobs.sweep();
    expect(await originsOf(t)).toHaveLength(2);
    await t.sound();
  });

  it('is left alone while the machine is not on the market', { tags: 'deep' }, async () => {
    const t = await setup();
    await t.services.listings.pause(t.provider, t.listing);
    await weekLater(t);
    expect(await originsOf(t)).toEqual(['requested']);
    await t.services.listings.publish(t.provider, t.listing);
    await t.jobs.sweep();
    expect(await originsOf(t)).toEqual(['requested', 'weekly']);
  });

  it('is not measured while somebody has the machine, nor shortly before', { tags: 'deep' }, async () => {
    const t = await setup();
    t.clock.advance(REMEASURE_AFTER_MS - HOUR_MS);
    const start = plusMs(t.clock.now(), HOUR_MS + REMEASURE_MARGIN_MS);
    await t.seed.book(t.renter, t.listing, { start });
    t.clock.advance(HOUR_MS + 1);
    await t.jobs.sweep();
    expect(await originsOf(t)).toEqual(['requested']);
    t.clock.set(start);
    await t.jobs.sweep();
    t.clock.advance(30 * MINUTE_MS);
    await t.jobs.sweep();
    expect(await originsOf(t)).toEqual(['requested']);
    await t.jobs.advance(4 * HOUR_MS);
    await t.jobs.sweep();
    expect(await originsOf(t)).toEqual(['requested', 'weekly']);
    await t.sound();
  });

  it(
    'gives way to a booking that came after the run was queued, and is measured when it is over',
    { tags: 'deep' },
    async () => {
      const t = await setup();
      t.clock.advance(REMEASURE_AFTER_MS);
      const signal = new AbortController().signal;
      await t.workflows['benchmarks.remeasure'].run({ machineId: t.machine.id }, { signal });
      const queued = await newestOf(t);
      expect(queued).toMatchObject({ origin: 'weekly', status: 'queued' });
      const booking = await t.active();
      expect(await newestOf(t)).toMatchObject({ id: queued.id, status: 'failed', startedAt: null });
      expect(await toldOf(t, 'benchmark_failed')).toEqual([]);
      expect(await t.statusOf(booking)).toBe('active');
      await t.jobs.advance(4 * HOUR_MS);
      await t.jobs.sweep();
      expect(await newestOf(t)).toMatchObject({ origin: 'weekly', status: 'succeeded' });
      await t.sound();
    },
  );

  it('is measured again as soon as changed hardware is verified', { tags: 'deep' }, async () => {
    const t = await setup();
    t.fake.hardware = 'half the cores';
    await t.services.machines.recheck(t.provider, t.machine);
    await t.jobs.runDue();
    expect(await t.machineNow()).toMatchObject({ status: 'quarantined', quarantineReason: 'facts_changed' });
    await t.jobs.sweep();
    expect(await originsOf(t)).toEqual(['requested']);
    await t.services.machines.recheck(t.provider, t.machine);
    await t.jobs.runDue();
    await t.jobs.sweep();
    expect(await originsOf(t)).toEqual(['requested', 'facts_changed']);
    // Other hardware has another speed: nothing of before can be held against it.
    expect(await newestOf(t)).toMatchObject({ status: 'succeeded', driftPercent: null });
  });

  it('is not tried again at once when measuring it fails', { tags: 'deep' }, async () => {
    const t = await setup();
    t.fake.brokenSteps.add('benchmark');
    await weekLater(t);
    await t.jobs.advance(HOUR_MS);
    expect(await newestOf(t)).toMatchObject({ origin: 'weekly', status: 'failed' });
    await t.jobs.sweep();
    expect(await originsOf(t)).toEqual(['requested', 'weekly']);
    t.fake.brokenSteps.clear();
    t.clock.advance(REMEASURE_RETRY_MS - HOUR_MS);
    await t.jobs.sweep();
    expect(await newestOf(t)).toMatchObject({ origin: 'weekly', status: 'succeeded' });
  });
});

describe('a listing whose machine is not as fast as before', () => {
  it('says so, and its provider is told, until it is as before', async () => {
    const t = await setup();
    t.fake.score = 1_000 - 10 * driftTolerancePercent.cpu;
    await weekLater(t);
    expect(await newestOf(t)).toMatchObject({ driftPercent: -driftTolerancePercent.cpu });
    expect(await toldOf(t, 'benchmark_drifted')).toEqual([]);

    t.fake.score = 700;
    await weekLater(t);
    // Against the median of 1000 and 850.
    expect(await newestOf(t)).toMatchObject({ driftPercent: -24 });
    const [told] = await toldOf(t, 'benchmark_drifted');
    expect(told).toMatch(/is 24 % slower than before in its cpu benchmark\. Its listing says so/);
    const shown = await t.services.listings.get(null, t.listing);
    expect(shown.benchmarks).toMatchObject([{ kind: 'cpu', driftPercent: -24 }]);

    t.fake.score = 900;
    await weekLater(t);
    expect(await newestOf(t)).toMatchObject({ driftPercent: 6 });
    expect(await toldOf(t, 'benchmark_drifted')).toHaveLength(1);
    expect(DRIFT_BASELINE_RUNS_MAX).toBeGreaterThan(3);
  });
});
