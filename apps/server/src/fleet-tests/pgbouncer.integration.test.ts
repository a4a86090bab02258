import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditInvariants, migrateToLatest } from '@rsm/db';
import { HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMarket } from '../testing/open-market.ts';
import { createTestProduct, type TestProduct } from '../testing/test-product.ts';
import { startPgbouncer, type Front } from './testing/front.ts';
import { PostgresPair } from './testing/postgres-pair.ts';
import { systemPrograms, type SystemPrograms } from './testing/system-programs.ts';

/** The distribution's PgBouncer in transaction mode with the configuration that deploy/ ships, before its Postgres. */
describe('PgBouncer in transaction mode', { tags: 'deep' }, () => {
  let programs: SystemPrograms;
  let folder: string;
  let pair: PostgresPair;
  let pgbouncer: Front;
  let product: TestProduct;

  beforeAll(async () => {
    programs = await systemPrograms();
    folder = await mkdtemp(join(tmpdir(), 'rsm-pgbouncer-'));
    await chmod(folder, 0o755);
    pair = await PostgresPair.start(programs);
    await migrateToLatest({ ownerUrl: pair.url('primary', 'owner'), applicationRole: 'rsm_app' });
    pgbouncer = await startPgbouncer(programs, folder, { port: pair.primaryPort, password: pair.appPassword });
    product = await createTestProduct({
      database: { url: pair.url('primary', 'app'), ownerUrl: pair.url('primary', 'owner') },
      queryUrl: pgbouncer.url,
      // More connections than PgBouncer has to Postgres (20), so that each transaction may meet another session than the last one.
      poolMax: 40,
      env: { DATABASE_PREPARED: programs.pgbouncerPrepares ? 'on' : 'off' },
    });
  });

  afterAll(async () => {
    await product?.close();
    await pgbouncer?.server.end('SIGTERM');
    await pair?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('carries the main flow: offer, search, book, end, wipe, certificate, money', async () => {
    const t = await openMarket(product);
    const { items } = await t.services.listings.search({ filter: {}, sort: 'newest', limit: 20, cursor: null });
    expect(items.map(({ id }) => id)).toContain(t.listing.id);
    const booking = await t.active(2 * HOUR_MS);
    await t.jobs.advance(30 * MINUTE_MS);
    await t.services.bookings.endEarly(t.renter.actor, { id: booking.id });
    await t.jobs.runDue();
    expect(await t.now(booking)).toMatchObject({ status: 'completed', chargedAmount: 1_800_000n });
    await t.sound();
  });

  it('carries a hundred bookings at once of one machine: one is made, and the others are told', async () => {
    const t = await openMarket(product);
    const renters = await Promise.all(Array.from({ length: 10 }, async () => t.seed.renter()));
    const wishes = Array.from({ length: 100 }, async (_, count) => {
      const renter = renters[count % renters.length] ?? t.renter;
      return t.seed.book(renter, t.listing, { durationMs: HOUR_MS, idempotencyKey: `together-${String(count)}` });
    });
    const outcomes = await Promise.allSettled(wishes);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? codeOf(outcome.reason) : 'made'));
    expect(new Set(codes)).toEqual(new Set(['made', 'window_taken']));
  });

  it('is left without a trace: no limit of a transaction stays in a session', async () => {
    const settings = await Promise.all(
      Array.from({ length: 30 }, async () =>
        product.uow.run(async () => Promise.resolve()).then(async () => shown(pgbouncer.url)),
      ),
    );
    expect([...new Set(settings)]).toEqual(['30s 10s 4MB']);
  });

  it('leaves the data as they must be', async () => {
    const results = await auditInvariants({ url: pair.url('primary', 'owner') });
    expect(results.flatMap(({ violations }) => violations)).toEqual([]);
  });
});

function codeOf(reason: unknown): unknown {
  return typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : reason;
}

/** What a session of the role has: its own limits, and not those of a transaction before. */
async function shown(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ shown: string }>(
      `SELECT concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'), current_setting('work_mem')) AS shown`,
    );
    return rows[0]?.shown ?? '';
  } finally {
    await client.end();
  }
}
