import { setTimeout as sleep } from 'node:timers/promises';
import { migrateToLatest } from '@rsm/db';
import { HOUR_MS } from '@rsm/domain/common/instant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../demo/wait-for.ts';
import { noMetrics } from '../metrics/metrics.ts';
import type { SeededListing } from '../testing/seeder.ts';
import { createTestProduct, type TestProduct } from '../testing/test-product.ts';
import { PostgresPair } from './testing/postgres-pair.ts';
import { systemPrograms } from './testing/system-programs.ts';

const STALE_MS_MAX = 1_000;
const HEAL_LIMIT_MS = 30_000;
const everything = { filter: {}, sort: 'newest', limit: 100, cursor: null } as const;

/** Two real servers of the distribution's Postgres, one following the other; two processes' worth of the product on them. */
describe('a market with a streaming replica', { tags: 'deep' }, () => {
  let pair: PostgresPair;
  let first: TestProduct;
  let second: TestProduct;
  let offer: SeededListing;
  let readsBy = { primary: 0, replica: 0 };
  let ageMs: () => number = () => Number.NaN;

  beforeAll(async () => {
    pair = await PostgresPair.start(await systemPrograms());
    await migrateToLatest({ ownerUrl: pair.url('primary', 'owner'), applicationRole: 'rsm_app' });
    const open = async (): Promise<TestProduct> =>
      createTestProduct({
        database: { url: pair.url('primary', 'app'), ownerUrl: pair.url('primary', 'owner') },
        replica: { url: pair.url('replica', 'app'), staleMsMax: STALE_MS_MAX },
        metrics: {
          ...noMetrics,
          staleReadAnswered: (by) => void (readsBy[by] += 1),
          watchReplica: (age) => void (ageMs = age),
        },
      });
    first = await open();
    second = await open();
    offer = await first.seed.listing();
    await untilReplicaIsRead();
  });

  afterAll(async () => {
    await second?.close();
    await first?.close();
    await pair?.close();
  });

  /** Who has answered one search of each process, and what the second one found. */
  async function search() {
    readsBy = { primary: 0, replica: 0 };
    await first.services.listings.search(everything);
    const { items } = await second.services.listings.search(everything);
    return { by: { ...readsBy }, ids: items.map(({ id }) => id) };
  }

  async function untilReplicaIsRead(): Promise<void> {
    await waitFor('both processes to read at the replica', HEAL_LIMIT_MS, async () =>
      (await search()).by.replica === 2 ? true : null,
    );
  }

  it('is searched at the replica, by everybody but the provider of what is looked at', async () => {
    expect(await search()).toMatchObject({ by: { primary: 0, replica: 2 }, ids: [offer.listing.id] });
    readsBy = { primary: 0, replica: 0 };
    await first.services.listings.facets({ filter: { region: 'nowhere' } });
    await first.services.listings.get(null, { id: offer.listing.id });
    expect(readsBy).toEqual({ primary: 0, replica: 2 });
    await first.services.listings.get(offer.provider, { id: offer.listing.id });
    expect(readsBy, 'his own is read where it was written').toEqual({ primary: 0, replica: 2 });
    expect(ageMs()).toBeLessThan(STALE_MS_MAX);
  });

  it('shows what a provider has published as soon as he is answered, in every process', async () => {
    const made = await first.seed.listing();
    expect((await search()).ids).toContain(made.listing.id);
    await first.services.listings.pause(made.provider, { id: made.listing.id });
    expect((await search()).ids).not.toContain(made.listing.id);
    await first.services.listings.publish(made.provider, { id: made.listing.id });
    const { by, ids } = await search();
    expect(ids).toContain(made.listing.id);
    expect(by, 'and at the replica, because it is fast').toEqual({ primary: 0, replica: 2 });
  });

  it('books and shows bookings and wallets where they are written', async () => {
    const renter = await first.seed.renter();
    readsBy = { primary: 0, replica: 0 };
    const before = await first.seed.walletOf(renter.actor);
    const booking = await first.seed.book(renter, offer.listing, { durationMs: HOUR_MS });
    expect((await second.services.bookings.get(renter.actor, booking)).booking.id).toBe(booking.id);
    expect(await second.seed.walletOf(renter.actor)).toBeLessThan(before);
    expect(readsBy).toEqual({ primary: 0, replica: 0 });
  });

  it('is searched at the primary while the replica is behind, so that the published is still found', async () => {
    await pair.delayReplica(60_000);
    const made = await first.seed.listing();
    const { by, ids } = await search();
    expect(ids).toContain(made.listing.id);
    expect(by).toEqual({ primary: 2, replica: 0 });
    expect(ageMs()).toBeGreaterThan(STALE_MS_MAX);
    await pair.delayReplica(0);
    await untilReplicaIsRead();
    expect((await search()).ids).toContain(made.listing.id);
  });

  it('is searched at the primary while the replica is away, and at the replica when it is back', async () => {
    await untilReplicaIsRead();
    await pair.loseReplica();
    const { by, ids } = await search();
    expect(ids).toContain(offer.listing.id);
    expect(by).toEqual({ primary: 2, replica: 0 });
    const made = await first.seed.listing();
    expect((await search()).ids).toContain(made.listing.id);
    await pair.findReplica();
    await untilReplicaIsRead();
    expect((await search()).ids).toContain(made.listing.id);
  });

  it('is searched at the primary when the replica was promoted: it follows nobody then', async () => {
    await pair.sql('replica', 'SELECT pg_promote()');
    await sleep(STALE_MS_MAX);
    expect((await search()).by).toEqual({ primary: 2, replica: 0 });
  });
});
