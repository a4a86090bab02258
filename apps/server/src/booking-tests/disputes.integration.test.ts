import { createHash } from 'node:crypto';
import { disputeDetailRead, type DisputeDetailRead } from '@rsm/api/schemas/disputes';
import { callProcedure, fakeContext } from '@rsm/api/testing';
import { describe, expect, it } from 'vitest';
import type { Booking } from '@rsm/domain/bookings/booking';
import type { DisputeId } from '@rsm/domain/common/ids';
import { bookingIdSchema, ledgerTransferIdSchema } from '@rsm/domain/common/ids';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, plusMs } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import type { DisputeOutcome } from '@rsm/domain/disputes/dispute';
import type { Actor } from '@rsm/domain/users/user';
import { uuidV7Source } from '../ids.ts';
import { openMarket, type Market, type MarketOptions } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';

const product = useTestProduct();
const HOUR_PRICE = 3_600_000n;
const SHARE = 3_240_000n;
const STORY = 'The machine was gone for half of the time.';
const firstPage = { limit: 10, cursor: null };

/** A market with a booking of an hour that is over and cleaned up, and an admin. */
async function setup(options: MarketOptions = {}, of: typeof product = product) {
  const t = await openMarket(of(), options);
  return { ...t, admin: await t.seed.admin(), booking: await over(t) };
}
type Setup = Awaited<ReturnType<typeof setup>>;

async function over(t: Market): Promise<Booking> {
  const booking = await t.active();
  await t.jobs.advance(80 * MINUTE_MS, { stepMs: 20 * MINUTE_MS });
  expect(await t.now(booking)).toMatchObject({ chargedAmount: HOUR_PRICE });
  return booking;
}

const openAs = async (t: Market, actor: Actor, booking: Pick<Booking, 'id'>) =>
  (await t.services.disputes.open(actor, { bookingId: booking.id, reason: 'not_reachable', text: STORY })).dispute;

const wish = (t: Market, id: DisputeId, outcome: DisputeOutcome, amount: bigint | null = null) => ({
  idempotencyKey: t.seed.key('decide'),
  id,
  outcome,
  amount: amount === null ? null : amountMicros(amount),
  reason: 'The samples show it.',
});

async function decide(t: Setup, id: DisputeId, outcome: DisputeOutcome, amount: bigint | null = null) {
  return (await t.services.disputes.decide(t.admin, wish(t, id, outcome, amount))).dispute;
}

/** What the procedure answers somebody. */
async function read(t: Market, actor: Actor, id: DisputeId): Promise<DisputeDetailRead> {
  const ctx = fakeContext({ services: t.services, actor });
  return disputeDetailRead.parse(await callProcedure({ path: 'disputes.get', type: 'query' }, ctx, { id }));
}

/** The house's income and its losses. */
async function house(t: Market) {
  const [revenue, losses] = await Promise.all([
    t.uow.reads.ledger.balanceOf({ kind: 'platform_revenue' }),
    t.uow.reads.ledger.balanceOf({ kind: 'losses' }),
  ]);
  return { revenue, losses };
}

const refundsOf = async (t: Market, booking: Booking) =>
  (
    await t.sql.query<{ id: string }>(
      `SELECT id FROM ledger_transfers WHERE booking_id = $1 AND kind = 'dispute_refund'`,
      [booking.id],
    )
  ).rows.length;

/** As the payout room does it: what is available leaves the marketplace. */
async function payOut(t: Market): Promise<void> {
  const { available, currency } = await t.earnings();
  const userId = t.provider.userId;
  await t.uow.run((tx) =>
    tx.ledger.post({
      id: ledgerTransferIdSchema.parse(uuidV7Source.next()),
      kind: 'payout',
      idempotencyKey: t.seed.key('payout'),
      bookingId: null,
      paymentId: null,
      explanation: 'Paid out.',
      currency,
      at: t.clock.now(),
      entries: [
        { account: { kind: 'provider_available', userId }, amount: amountMicros(-available) },
        { account: { kind: 'clearing' }, amount: available },
      ],
    }),
  );
}

describe('a decided dispute', () => {
  it('gives all of the charge back: the fee from the platform, the share from the provider', async () => {
    const t = await setup();
    const before = await house(t);
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const decided = await decide(t, dispute.id, 'full');
    expect(decided).toMatchObject({ status: 'decided', decision: { outcome: 'full', refund: HOUR_PRICE } });
    expect(await t.spent()).toBe(0n);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: 0n, owed: 0n });
    expect(await house(t)).toEqual({ revenue: before.revenue - 360_000n, losses: before.losses });
    expect(await t.now(t.booking)).toMatchObject({ chargedAmount: HOUR_PRICE, releasedAmount: 0n });
    await t.sound();
  });

  it('gives a part back, and a later one the rest: to the last millionth what a full refund gives', async () => {
    const t = await setup();
    const first = await openAs(t, t.renter.actor, t.booking);
    await decide(t, first.id, 'partial', 1_230_000n);
    expect(await t.spent()).toBe(HOUR_PRICE - 1_230_000n);
    expect(await t.earnings()).toMatchObject({ available: SHARE - 1_107_000n });

    const second = await openAs(t, t.provider, t.booking);
    const tooMuch = t.services.disputes.decide(t.admin, wish(t, second.id, 'partial', 2_380_000n));
    await expect(tooMuch).rejects.toMatchObject({
      code: 'invalid_amount',
      message: 'At most 2.37 EUR of the charge are left to give back.',
    });
    expect(await decide(t, second.id, 'full')).toMatchObject({ decision: { refund: 2_370_000n } });
    expect(await t.spent()).toBe(0n);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: 0n, owed: 0n });
    const third = await openAs(t, t.renter.actor, t.booking);
    await expect(t.services.disputes.decide(t.admin, wish(t, third.id, 'full'))).rejects.toMatchObject({
      code: 'invalid_amount',
      message: 'Nothing of the charge is left to give back.',
    });
    await decide(t, third.id, 'none');
    expect(await refundsOf(t, t.booking)).toBe(2);
    await t.sound();
  });

  it('without a refund moves nothing', async () => {
    const t = await setup();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    await decide(t, dispute.id, 'none');
    expect(await t.spent()).toBe(HOUR_PRICE);
    expect(await t.earnings()).toMatchObject({ available: SHARE });
    expect(await refundsOf(t, t.booking)).toBe(0);
    await t.sound();
  });

  it('after a payout is carried by the losses account, and repaid by the next earnings', async () => {
    const t = await setup();
    await payOut(t);
    const before = await house(t);
    const dispute = await openAs(t, t.renter.actor, t.booking);
    await decide(t, dispute.id, 'full');
    expect(await t.spent()).toBe(0n);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: 0n, owed: SHARE });
    expect((await house(t)).losses).toBe(before.losses - SHARE);
    await t.sound();

    await over(t);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: 0n, owed: 0n });
    expect((await house(t)).losses).toBe(before.losses);
    await t.sound();
  });

  it('is told to both sides, with a reason that both read, and is written to the audit log', async () => {
    const t = await setup();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    await t.services.disputes.respond(t.provider, { id: dispute.id, text: 'It was there all the time.' });
    await decide(t, dispute.id, 'partial', 1_000_000n);
    for (const { userId } of [t.renter.actor, t.provider]) {
      const { rows } = await t.sql.query<{ text: string }>(
        `SELECT body AS text FROM events WHERE audience = $1 AND kind = 'dispute_changed' AND subject_id = $2
         ORDER BY seq`,
        [userId, dispute.id],
      );
      expect(rows.map(({ text }) => text)).toEqual([
        'The renter opened a dispute about a booking.',
        'The provider answered the dispute about a booking.',
        'The dispute about a booking was decided: 1.00 EUR go back to the renter. The samples show it.',
      ]);
    }
    const { rows } = await t.sql.query(
      `SELECT action, reason FROM audit_log WHERE subject_id = $1 AND actor_id = $2 ORDER BY id`,
      [dispute.id, t.admin.userId],
    );
    expect(rows).toEqual([{ action: 'disputes.decide', reason: 'The samples show it.' }]);
  });
});

describe('while a dispute is open', () => {
  const careful = useTestProduct({ env: { PROVIDER_RESERVE_DAYS: '7' } });

  it('the earnings are held back, and whoever earned them sees why; withdrawn, they are his', async () => {
    const t = await openMarket(product());
    t.fake.leavesResidue = true;
    const booking = await over(t);
    const admin = await t.seed.admin();
    const dispute = await openAs(t, t.renter.actor, booking);
    await t.services.machines.release(admin, { id: t.machine.id, reason: 'Installed anew.' });
    await t.jobs.runDue();
    expect(await t.now(booking)).toMatchObject({ status: 'completed' });
    expect(await t.earnings()).toMatchObject({ pending: SHARE, available: 0n });
    const { items } = await t.services.earnings.listHeld(t.provider, firstPage);
    expect(items).toMatchObject([{ bookingId: booking.id, holds: ['dispute'] }]);
    await t.sound();

    await t.services.disputes.withdraw(t.renter.actor, { id: dispute.id });
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: SHARE });
    await t.sound();
  });

  it('the end of the reserve makes nothing available; a decision takes its part first and frees the rest', async () => {
    const t = await setup({}, careful);
    expect(await t.earnings()).toMatchObject({ pending: SHARE, available: 0n });
    const dispute = await openAs(t, t.renter.actor, t.booking);
    await t.jobs.advance(8 * DAY_MS, { stepMs: DAY_MS });
    await t.jobs.sweep();
    expect(await t.earnings()).toMatchObject({ pending: SHARE, available: 0n });
    await decide(t, dispute.id, 'partial', 1_000_000n);
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: SHARE - 900_000n });
    await t.sound();
  });

  it('a decision within the reserve leaves the rest in the reserve', async () => {
    const t = await setup({}, careful);
    const dispute = await openAs(t, t.renter.actor, t.booking);
    await decide(t, dispute.id, 'partial', 1_000_000n);
    expect(await t.earnings()).toMatchObject({ pending: SHARE - 900_000n, available: 0n });
    await t.jobs.advance(8 * DAY_MS, { stepMs: DAY_MS });
    expect(await t.earnings()).toMatchObject({ pending: 0n, available: SHARE - 900_000n });
    await t.sound();
  });
});

describe('money moves once', () => {
  it('when two admins decide at the same moment: the second is told that it is decided', async () => {
    const t = await setup();
    const other = await t.seed.admin();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const both = await Promise.allSettled([
      t.services.disputes.decide(t.admin, wish(t, dispute.id, 'full')),
      t.services.disputes.decide(other, wish(t, dispute.id, 'partial', 1_000_000n)),
      t.services.disputes.decide(other, wish(t, dispute.id, 'full')),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of both) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'wrong_state' });
    }
    expect(await refundsOf(t, t.booking)).toBe(1);
    await t.sound();
  });

  it('when a decision is sent a hundred times with one key, and all answers are equal', async () => {
    const t = await setup();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const input = wish(t, dispute.id, 'partial', 1_000_000n);
    const answers = await Promise.all(Array.from({ length: 100 }, () => t.services.disputes.decide(t.admin, input)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await t.spent()).toBe(HOUR_PRICE - 1_000_000n);
    expect(await refundsOf(t, t.booking)).toBe(1);
    await expect(
      t.services.disputes.decide(t.admin, { ...input, amount: amountMicros(2_000_000n) }),
    ).rejects.toMatchObject({ code: 'idempotency_conflict', field: 'idempotencyKey' });
    await t.sound();
  });

  it('when it is withdrawn and decided at the same moment', async () => {
    const t = await setup();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const both = await Promise.allSettled([
      t.services.disputes.withdraw(t.renter.actor, { id: dispute.id }),
      t.services.disputes.decide(t.admin, wish(t, dispute.id, 'full')),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [left] = both.filter((result) => result.status === 'rejected');
    expect(left?.reason).toMatchObject({ code: 'wrong_state' });
    await t.sound();
  });

  it('opened twice by a double click, it is one dispute', async () => {
    const t = await setup();
    const clicks = await Promise.allSettled(Array.from({ length: 5 }, () => openAs(t, t.renter.actor, t.booking)));
    expect(clicks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const click of clicks) {
      if (click.status === 'rejected') expect(click.reason).toMatchObject({ code: 'conflict', field: 'bookingId' });
    }
    expect((await t.services.disputes.list(t.provider, { ...firstPage, bookingId: t.booking.id })).items).toHaveLength(
      1,
    );
    await t.sound();
  });
});

describe('the evidence', () => {
  const quiet = useTestProduct();

  it('is what the product saw: minutes, access, clean-up, history, prices and money', async () => {
    const t = await openMarket(quiet());
    const booking = await t.active(30 * MINUTE_MS);
    const looked = { sweepEveryMs: 30 * SECOND_MS };
    await t.jobs.advance(10 * MINUTE_MS, looked);
    t.fake.isDegraded = true;
    await t.jobs.advance(10 * MINUTE_MS, looked);
    t.fake.isDegraded = false;
    await t.jobs.advance(20 * MINUTE_MS, looked);
    const { chargedAmount } = await t.now(booking);
    const dispute = await openAs(t, t.provider, booking);
    const { evidence } = await read(t, t.renter.actor, dispute.id);
    expect(evidence.booking).toMatchObject({ id: booking.id, status: 'completed', endReason: 'expired' });
    expect(evidence.terms.prices.rows).toMatchObject([{ pricePerHourMicros: String(HOUR_PRICE) }]);
    expect(evidence.money).toMatchObject({
      holdMicros: String(HOUR_PRICE / 2n),
      chargedMicros: String(chargedAmount),
      refundedBeforeMicros: '0',
    });
    expect(evidence.money.lines.areAll).toBe(true);
    expect(evidence.money.lines.rows.map(({ kind }) => kind).toSorted()).toEqual(['charge', 'hold', 'release']);
    const { degraded, down, not_measured: notMeasured, up } = evidence.minutes.sumsMs;
    expect(degraded).toBeGreaterThan(9 * MINUTE_MS);
    expect(degraded).toBeLessThan(11 * MINUTE_MS);
    expect(down).toBe(0);
    expect(up + degraded + notMeasured).toBe(Date.parse(evidence.minutes.to) - Date.parse(evidence.minutes.from));
    expect(evidence.minutes.notUp.rows.map(({ kind }) => kind)).toContain('degraded');
    expect(evidence.cleanUp).toMatchObject({ status: 'verified', findings: { found: 0, couldNotLook: 0 } });
    expect(evidence.cleanUp?.certificate?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(evidence.access.keys).toMatchObject([{ fingerprint: expect.stringMatching(/^SHA256:/) }]);
    expect(evidence.access.log.rows.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['prepared', 'granted', 'deadline_set', 'revoked']),
    );
    expect(evidence.history.map(({ to }) => to)).toEqual(
      ['scheduled', 'provisioning', 'active', 'revoking', 'wiping', 'completed'], // prettier-ignore
    );
  }, 60_000);

  it('is the same document for both sides and the admin, and its hash is that of the document', async () => {
    const t = await setup();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const seen = await Promise.all(
      [t.renter.actor, t.provider, t.admin].map(async (actor) => read(t, actor, dispute.id)),
    );
    const [first] = seen;
    expect(seen.map(({ dispute: { viewer } }) => viewer)).toEqual(['renter', 'provider', 'admin']);
    for (const { evidenceDocument } of seen) expect(evidenceDocument).toBe(first?.evidenceDocument);
    const hash = createHash('sha256')
      .update(first?.evidenceDocument ?? '')
      .digest('hex');
    expect(hash).toBe(dispute.evidenceSha256);
    const { rows } = await t.sql.query(`SELECT action FROM audit_log WHERE subject_id = $1`, [dispute.id]);
    expect(rows).toEqual([{ action: 'disputes.look' }]);
  });

  it('tells nobody an address of the other, an id of a person, or what the renter calls his keys', async () => {
    const t = await setup();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const [key] = await t.services.users.listSshKeys(t.renter.actor);
    for (const actor of [t.renter.actor, t.provider, t.admin]) {
      const detail = await read(t, actor, dispute.id);
      const text = JSON.stringify(detail, (_field, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      for (const secret of [t.renter.actor.email, t.provider.email, t.renter.actor.userId, t.provider.userId]) {
        expect(text).not.toContain(secret);
      }
      expect(text).not.toContain(key?.name ?? 'a key has a name');
      expect(text).toContain(key?.fingerprint ?? 'a key has a fingerprint');
    }
  });

  it('is never written again, not even by the owner of the table, nor is what was said', async () => {
    const t = await setup();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    for (const change of [`evidence = '{}'`, `text = 'Something else.'`, `evidence_sha256 = ''`]) {
      await expect(t.sql.query(`UPDATE disputes SET ${change}`)).rejects.toMatchObject({
        constraint: 'disputes_evidence_fixed',
      });
    }
    await expect(t.sql.query('DELETE FROM disputes')).rejects.toMatchObject({ constraint: 'disputes_evidence_fixed' });
    await t.jobs.advance(DAY_MS, { stepMs: DAY_MS });
    expect((await t.services.disputes.get(t.admin, { id: dispute.id })).evidence.sha256).toBe(dispute.evidenceSha256);
  });
});

describe('who may do what', () => {
  it('a third person sees nothing of it', async () => {
    const t = await setup();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const stranger = await t.seed.provider();
    const notFound = { code: 'not_found' };
    const { disputes } = t.services;
    await expect(openAs(t, stranger, t.booking)).rejects.toMatchObject(notFound);
    await expect(openAs(t, t.admin, t.booking)).rejects.toMatchObject(notFound);
    await expect(disputes.get(stranger, { id: dispute.id })).rejects.toMatchObject(notFound);
    await expect(disputes.respond(stranger, { id: dispute.id, text: STORY })).rejects.toMatchObject(notFound);
    await expect(disputes.withdraw(stranger, { id: dispute.id })).rejects.toMatchObject(notFound);
    expect((await disputes.list(stranger, { ...firstPage, bookingId: null })).items).toEqual([]);
  });

  it('only admins decide and see the queue, and none of them about his own booking', async () => {
    const t = await setup();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    for (const actor of [t.renter.actor, t.provider]) {
      await expect(t.services.disputes.decide(actor, wish(t, dispute.id, 'full'))).rejects.toMatchObject({
        code: 'forbidden',
      });
      await expect(t.services.disputes.listOpen(actor, firstPage)).rejects.toMatchObject({ code: 'forbidden' });
    }
    await t.services.users.makeAdmin({ email: t.renter.actor.email });
    const both = await t.seed.again(t.renter.actor);
    await expect(t.services.disputes.decide(both, wish(t, dispute.id, 'full'))).rejects.toMatchObject({
      code: 'forbidden',
      message: 'You are a side of this dispute: you cannot decide it.',
    });
    expect(await t.spent()).toBe(HOUR_PRICE);
  });

  it('only who opened it withdraws it, only the other side answers it, once, and only while it is open', async () => {
    const t = await setup();
    const { disputes } = t.services;
    const { id } = await openAs(t, t.provider, t.booking);
    await expect(disputes.respond(t.provider, { id, text: STORY })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(disputes.respond(t.admin, { id, text: STORY })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(disputes.withdraw(t.renter.actor, { id })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(disputes.withdraw(t.admin, { id })).rejects.toMatchObject({ code: 'forbidden' });
    await disputes.respond(t.renter.actor, { id, text: STORY });
    await expect(disputes.respond(t.renter.actor, { id, text: STORY })).rejects.toMatchObject({ code: 'wrong_state' });
    await disputes.withdraw(t.provider, { id });
    await expect(disputes.withdraw(t.provider, { id })).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(disputes.decide(t.admin, wish(t, id, 'full'))).rejects.toMatchObject({
      code: 'wrong_state',
      message: 'This dispute is withdrawn already.',
    });
    expect((await disputes.get(t.renter.actor, { id })).dispute).toMatchObject({
      status: 'withdrawn',
      response: STORY,
      decision: null,
    });
  });

  it('the queue begins with whoever waits longest, and a page ends where the next one begins', async () => {
    const t = await setup();
    const opened: DisputeId[] = [(await openAs(t, t.renter.actor, t.booking)).id];
    for (let count = 0; count < 2; count += 1) opened.push((await openAs(t, t.renter.actor, await over(t))).id);
    const mine = async (cursor: string | null) => t.services.disputes.listOpen(t.admin, { limit: 100, cursor });
    const queue = (await mine(null)).items.map(({ dispute }) => dispute.id).filter((id) => opened.includes(id));
    expect(queue).toEqual(opened);
    const pages: DisputeId[] = [];
    let cursor: string | null = null;
    do {
      const page = await t.services.disputes.list(t.renter.actor, { limit: 1, cursor, bookingId: null });
      pages.push(...page.items.map(({ dispute }) => dispute.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(pages).toEqual(opened.toReversed());
  });
});

describe('what can be disputed', () => {
  it('is no booking that runs, waits, or went back free', async () => {
    const t = await setup();
    const running = await t.active();
    await expect(openAs(t, t.renter.actor, running)).rejects.toMatchObject({
      code: 'wrong_state',
      field: 'bookingId',
      message: 'This booking is active: it is not over yet.',
    });
    const free = await t.seed.book(t.renter, t.listing, { start: plusMs(t.clock.now(), 2 * DAY_MS) });
    await expect(openAs(t, t.renter.actor, free)).rejects.toMatchObject({ code: 'wrong_state' });
    await t.services.bookings.cancel(t.renter.actor, free);
    await expect(openAs(t, t.renter.actor, free)).rejects.toMatchObject({
      code: 'wrong_state',
      message: 'This booking never began and cost nothing.',
    });
    const unknown = { id: bookingIdSchema.parse(uuidV7Source.next()) };
    await expect(openAs(t, t.renter.actor, unknown)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is a cancellation that cost something', async () => {
    const t = await openMarket(product(), { policy: 'strict' });
    const admin = await t.seed.admin();
    const booking = await t.seed.book(t.renter, t.listing, { start: plusMs(t.clock.now(), 6 * HOUR_MS) });
    await t.jobs.advance(2 * HOUR_MS, { stepMs: HOUR_MS });
    await t.services.bookings.cancel(t.renter.actor, booking);
    expect(await t.spent()).toBe(HOUR_PRICE);
    const dispute = await openAs(t, t.renter.actor, booking);
    const { evidence } = await read(t, admin, dispute.id);
    expect(evidence).toMatchObject({ cleanUp: null, minutes: { sumsMs: { up: 0 } }, access: { accountName: null } });
    await t.services.disputes.decide(admin, wish(t, dispute.id, 'full'));
    expect(await t.spent()).toBe(0n);
    await t.sound();
  });

  it('is nothing after 14 days', async () => {
    const t = await setup();
    const { accessEndedAt } = await t.now(t.booking);
    if (accessEndedAt === null) throw new Error('Access has ended.');
    t.clock.set(plusMs(accessEndedAt, 14 * DAY_MS));
    const { id } = await openAs(t, t.renter.actor, t.booking);
    await t.services.disputes.withdraw(t.renter.actor, { id });
    t.clock.advance(1);
    await expect(openAs(t, t.renter.actor, t.booking)).rejects.toMatchObject({
      code: 'wrong_state',
      message: expect.stringContaining('could be opened until'),
    });
  });

  it('is the same booking five times at most', async () => {
    const t = await setup();
    for (let count = 0; count < 5; count += 1) {
      const { id } = await openAs(t, t.renter.actor, t.booking);
      await t.services.disputes.withdraw(t.renter.actor, { id });
    }
    await expect(openAs(t, t.renter.actor, t.booking)).rejects.toMatchObject({ code: 'limit_reached' });
  });
});

describe('amounts and accounts that a refund refuses', () => {
  const refused: readonly (readonly [string, DisputeOutcome, bigint | null])[] = [
    ['zero', 'partial', 0n],
    ['less than zero', 'partial', -10_000n],
    ['three decimals', 'partial', 1_001_000n],
    ['more than was charged', 'partial', 3_610_000n],
    ['a part without its amount', 'partial', null],
    ['an amount beside all of it', 'full', 10_000n],
  ];

  it('each of them names the field, and nothing has moved', async () => {
    const t = await setup();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    for (const [what, outcome, amount] of refused) {
      const decided = t.services.disputes.decide(t.admin, wish(t, dispute.id, outcome, amount));
      await expect(decided, what).rejects.toMatchObject({ code: 'invalid_amount', field: 'amount' });
    }
    expect((await t.services.disputes.get(t.admin, { id: dispute.id })).dispute.status).toBe('open');
    expect(await t.spent()).toBe(HOUR_PRICE);
    await t.sound();
  });

  it('a renter whose account is closed: the admin is told, and can decide without a refund', async () => {
    const t = await setup();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const { userId } = t.renter.actor;
    await t.uow.run((tx) =>
      tx.users.changeStatus(userId, { from: 'active', to: 'closed', reason: 'He asked for it.' }),
    );
    await expect(t.services.disputes.decide(t.admin, wish(t, dispute.id, 'full'))).rejects.toMatchObject({
      code: 'account_restricted',
      field: 'outcome',
    });
    expect(await decide(t, dispute.id, 'none')).toMatchObject({ status: 'decided' });
  });

  it('a suspended renter is no obstacle: the money is his', async () => {
    const t = await setup();
    const dispute = await openAs(t, t.renter.actor, t.booking);
    await t.services.users.suspend(t.admin, { id: t.renter.actor.userId, reason: 'Under review.' });
    await decide(t, dispute.id, 'full');
    expect(await t.spent()).toBe(0n);
    await t.sound();
  });
});
