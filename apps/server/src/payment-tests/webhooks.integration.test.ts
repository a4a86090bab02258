import { DAY_MS, HOUR_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { PROCESSOR_EVENTS_MAX } from '@rsm/domain/payments/payment-processor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHttp, type RunningHttp } from '../http/start-http.ts';
import { createLogger } from '../logging.ts';
import type { Delivery } from '../testing/memory-processor.ts';
import { UNIT, units, usePaymentsProduct, type CardHolder } from '../testing/use-payments-product.ts';

const bench = usePaymentsProduct();
let http: RunningHttp;

beforeAll(async () => {
  const { product } = bench();
  http = await startHttp({
    composition: product,
    log: createLogger({ level: 'silent' }),
    publicUrl: product.config.http.publicUrl,
    desktopOrigin: product.config.http.desktopOrigin,
    trustedProxies: [],
    host: '127.0.0.1',
    port: 0,
  });
});
afterAll(async () => http.stop());

async function post({ body, signature }: Delivery, processor = 'stripe'): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${String(http.port)}/webhooks/${processor}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    body: new Uint8Array(body),
  });
  await response.body?.cancel();
  return response.status;
}

/** A charge of 20.00 that waits for its bank, whose decision was told to nobody yet. */
async function decided(): Promise<CardHolder & { readonly paymentId: string }> {
  const holder = await bench().cardHolder();
  bench().processor.chargeScript.push('wait');
  const { id: paymentId } = await bench().topUp(holder, units(20));
  bench().news();
  bench().processor.decide(paymentId, 'succeeded');
  return { ...holder, paymentId };
}

const storedEvents = async (): Promise<number> => {
  const { rows } = await bench().product.sql.query<{ count: string }>('SELECT count(*) FROM processor_events');
  return Number(rows[0]?.count);
};

describe('a webhook', () => {
  it('is stored, answered, and acted on by the worker; sent again it changes nothing', async () => {
    const { jobs } = bench().product;
    const holder = await decided();
    const [event] = bench().news();
    if (event === undefined) throw new Error('The processor told nothing.');
    expect(await post(bench().processor.delivery(event))).toBe(200);
    expect(await bench().walletOf(holder)).toBe(0n);
    await jobs.runDue();
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
    const before = await storedEvents();
    expect(await post(bench().processor.delivery(event))).toBe(200);
    await jobs.runDue();
    expect([await bench().walletOf(holder), await storedEvents()]).toEqual([20n * UNIT, before]);
  });

  it('that comes twenty times at once is stored once', async () => {
    const holder = await decided();
    const [event] = bench().news();
    if (event === undefined) throw new Error('The processor told nothing.');
    const before = await storedEvents();
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => post(bench().processor.delivery(event))));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await storedEvents()).toBe(before + 1);
    await bench().product.jobs.runDue();
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });

  it('that is forged, changed, unsigned or old is refused with 400 and stores nothing', async () => {
    const holder = await decided();
    const [event] = bench().news();
    if (event === undefined) throw new Error('The processor told nothing.');
    const genuine = bench().processor.delivery(event);
    const before = await storedEvents();
    const changed = Buffer.from(Buffer.from(genuine.body).toString('utf8').replace('evt_', 'evt_9'));
    for (const forged of [
      { ...genuine, signature: `${genuine.signature.slice(0, -2)}00` },
      { ...genuine, signature: genuine.signature.slice(0, -6) },
      { ...genuine, signature: '' },
      { ...genuine, body: changed },
      { ...genuine, body: new Uint8Array() },
      bench().processor.oldDelivery(event),
    ]) {
      expect(await post(forged)).toBe(400);
    }
    await bench().product.jobs.runDue();
    expect([await bench().walletOf(holder), await storedEvents()]).toEqual([0n, before]);
    await bench().deliver([event]);
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });

  it('for another processor, or for none, finds nobody', async () => {
    const delivery = bench().processor.delivery(bench().processor.announce(null));
    expect(await post(delivery, 'test')).toBe(404);
    expect(await post(delivery, 'paypal')).toBe(404);
  });

  it('that could not be stored is answered so that it is sent again', async () => {
    const { sql } = bench().product;
    const event = bench().processor.announce(null);
    await sql.query('ALTER TABLE processor_events RENAME TO processor_events_away');
    try {
      expect(await post(bench().processor.delivery(event))).toBe(503);
    } finally {
      await sql.query('ALTER TABLE processor_events_away RENAME TO processor_events');
    }
    expect(await post(bench().processor.delivery(event))).toBe(200);
  });

  it('of a type that says nothing to us is kept and needs no work', async () => {
    const event = bench().processor.announce(null, 'invoice.created');
    await bench().deliver([event]);
    const stored = await bench().product.uow.reads.processorEvents.find('stripe', event.id);
    expect(stored).toMatchObject({ subject: null, appliedAt: bench().product.clock.now() });
  });

  it('about a payment that is none of ours changes nothing', async () => {
    const { announce } = { announce: bench().processor.announce.bind(bench().processor) };
    await bench().deliver([
      announce({ kind: 'charge', reference: 'ch_foreign', paymentId: null }),
      announce({ kind: 'refund', reference: 're_foreign', refundId: null }),
      announce({ kind: 'cards', customer: 'cus_foreign' }),
      announce({ kind: 'payout', reference: 'po_1', payoutId: null }),
      announce({ kind: 'payout_account', account: 'acct_1' }),
    ]);
    expect(await bench().product.uow.reads.processorEvents.listDue(bench().product.clock.now(), 10)).toEqual([]);
  });
});

describe('events in any order', () => {
  it('lead to the same: what the processor says now counts, not what it told', async () => {
    const holder = await bench().cardHolder();
    bench().processor.chargeScript.push('wait');
    const payment = await bench().topUp(holder, units(20));
    bench().processor.decide(payment.id, 'succeeded');
    await bench()
      .refund(holder, units(1))
      .catch(() => undefined);
    const news = bench().news();
    await bench().deliver(news.toReversed());
    await bench().deliver(news);
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });
});

describe('the processor that can’t be asked', () => {
  it('when an event comes is asked again, ever more seldom, until it answers', async () => {
    const { jobs, uow } = bench().product;
    const holder = await decided();
    const [event] = bench().news();
    if (event === undefined) throw new Error('The processor told nothing.');
    bench().processor.isDown = true;
    await bench().deliver([event]);
    await jobs.advance(10 * MINUTE_MS);
    expect(await uow.reads.processorEvents.find('stripe', event.id)).toMatchObject({ appliedAt: null, attempts: 5 });
    bench().processor.isDown = false;
    await jobs.advance(20 * MINUTE_MS);
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
    expect((await uow.reads.processorEvents.find('stripe', event.id))?.appliedAt).not.toBeNull();
  });

  // An event was given up three days after it came, although nobody could be asked about it in all that time.
  it('for longer than an event is kept waiting is asked when it is back', async () => {
    const { jobs } = bench().product;
    const holder = await bench().cardHolder();
    const { id } = await bench().topUp(holder, units(50));
    bench().news();
    bench().processor.chargeBack(id);
    bench().processor.isDown = true;
    await bench().deliverNews();
    await jobs.advance(4 * DAY_MS, { stepMs: HOUR_MS });
    expect(await bench().walletOf(holder)).toBe(50n * UNIT);
    bench().processor.isDown = false;
    await jobs.advance(2 * HOUR_MS, { stepMs: HOUR_MS });
    expect(await bench().walletOf(holder)).toBe(0n);
  });

  it('and whose event’s job was lost is found by the sweep', async () => {
    const holder = await decided();
    for (const event of bench().news()) await bench().receive(event);
    await bench().product.sql.query(`DELETE FROM job_requests WHERE name = 'processor_event.apply'`);
    await bench().product.jobs.sweep();
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });
});

describe('reconciliation', () => {
  it('finds what no webhook told, every five minutes', async () => {
    const { jobs } = bench().product;
    await jobs.advance(10 * MINUTE_MS, { sweepEveryMs: MINUTE_MS });
    const holder = await decided();
    bench().news();
    await jobs.advance(6 * MINUTE_MS, { sweepEveryMs: MINUTE_MS });
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });

  it('is not misled by a webhook that works again after hours without one', async () => {
    const { clock, jobs, workflows } = bench().product;
    const reconcile = async () => workflows['processor.reconcile'].run({}, { signal: new AbortController().signal });
    await reconcile();
    const holder = await decided();
    bench().news();
    clock.advance(5 * HOUR_MS);
    await bench().deliver([bench().processor.announce(null)]);
    await reconcile();
    await jobs.runDue();
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });

  // The first look went back one day: what was told before it, while no list could be read, was never heard of.
  it('hears at last what was told weeks before the first list could be read', async () => {
    const { clock, jobs, sql, workflows } = bench().product;
    const holder = await bench().cardHolder();
    const { id } = await bench().topUp(holder, units(50));
    bench().processor.chargeBack(id);
    bench().news();
    clock.advance(40 * DAY_MS);
    // As on an installation whose key for the processor may not list events.
    await sql.query('DELETE FROM processor_lists');
    expect(await bench().walletOf(holder)).toBe(50n * UNIT);
    await workflows['processor.reconcile'].run({}, { signal: new AbortController().signal });
    await jobs.runDue();
    expect(await bench().walletOf(holder)).toBe(0n);
  });

  it('goes on after the processor could not be asked', async () => {
    const { jobs } = bench().product;
    const holder = await decided();
    bench().news();
    bench().processor.isDown = true;
    await jobs.advance(6 * MINUTE_MS, { sweepEveryMs: MINUTE_MS });
    bench().processor.isDown = false;
    await jobs.advance(6 * MINUTE_MS, { sweepEveryMs: MINUTE_MS });
    expect(await bench().walletOf(holder)).toBe(20n * UNIT);
  });

  it('clears events away ninety days after they were applied', async () => {
    const { clock, workflows } = bench().product;
    const event = bench().processor.announce(null);
    await bench().deliver([event]);
    clock.advance(90 * DAY_MS + 1);
    // By then no processor lists it any more.
    await workflows['processor.reconcile'].run({}, { signal: new AbortController().signal });
    clock.advance(2 * HOUR_MS);
    await workflows['processor.reconcile'].run({}, { signal: new AbortController().signal });
    expect(await bench().product.uow.reads.processorEvents.find('stripe', event.id)).toBeNull();
  });

  // The last one, because whoever runs jobs after it acts on a thousand events.
  it('reads lists of many pages to their end, and what is listed twice is stored once', { tags: 'deep' }, async () => {
    const { clock, workflows } = bench().product;
    const reconcile = async () => workflows['processor.reconcile'].run({}, { signal: new AbortController().signal });
    await reconcile();
    const before = await storedEvents();
    for (let count = 0; count < PROCESSOR_EVENTS_MAX + 10; count += 1) {
      if (count % 100 === 0) clock.advance(MINUTE_MS);
      bench().processor.announce(null, 'invoice.created');
    }
    await reconcile();
    await reconcile();
    expect(await storedEvents()).toBe(before + PROCESSOR_EVENTS_MAX + 10);
    bench().news();
  });
});
