// @module-tag ci

import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '@rsm/domain/common/instant';
import { paymentIdSchema } from '@rsm/domain/common/ids';
import { HOURS_PAYOUT, HOURS_SHARE, usePayoutMarket } from '../testing/payout-market.ts';

const market = usePayoutMarket('by_hand');
const reason = 'Paid with the Friday transfers.';
const firstPage = { limit: 100, cursor: null };

async function asked() {
  const t = await market();
  await t.earnAnHour();
  const payout = await t.request(t.key());
  const admins = [await t.seed.admin(), await t.seed.admin()] as const;
  const decision = () => ({ idempotencyKey: t.key(), id: payout.id, reason });
  const waiting = async () => (await t.services.payouts.listPending(admins[0], firstPage)).items;
  return { ...t, payout, admins, decision, waiting };
}

describe('a payout that is paid by hand', () => {
  it('waits for an admin, whatever time passes, and asks no processor', async () => {
    const t = await asked();
    expect(t.payout).toMatchObject({ status: 'pending', processor: 'manual', account: null, amount: HOURS_PAYOUT });
    await t.jobs.advance(2 * DAY_MS, { stepMs: 6 * HOUR_MS });
    expect(await t.again(t.payout)).toMatchObject({ status: 'pending', attempts: 0 });
    expect(await t.waiting()).toContainEqual(
      expect.objectContaining({ id: t.payout.id, providerName: t.provider.displayName, amount: HOURS_PAYOUT }),
    );
    await t.audited();
  });

  it('is confirmed with the reference of the bank and a reason, which the audit log keeps', async () => {
    const t = await asked();
    const [admin] = t.admins;
    const input = { ...t.decision(), reference: 'SEPA 2031-01-15/1' };
    const done = await t.services.payouts.confirm(admin, input);
    expect(done).toMatchObject({ status: 'succeeded', processorReference: input.reference, note: reason });
    // A double click is the same wish.
    expect(await t.services.payouts.confirm(admin, input)).toEqual(done);
    expect((await t.waiting()).map(({ id }) => id)).not.toContain(t.payout.id);
    const { rows } = await t.sql.query(
      'SELECT actor_id, action, subject_type, reason FROM audit_log WHERE subject_id = $1',
      [t.payout.id],
    );
    expect(rows).toEqual([{ actor_id: admin.userId, action: 'payouts.confirm', subject_type: 'payment', reason }]);
    expect((await t.news()).at(-1)).toBe('27.00 EUR were paid out to you.');
    await t.audited();
  });

  it('is rejected with a reason, and its money is available again', async () => {
    const t = await asked();
    const input = t.decision();
    const done = await t.services.payouts.reject(t.admins[0], input);
    expect(done).toMatchObject({ status: 'cancelled', note: reason, reversedAt: t.clock.now() });
    expect(await t.services.payouts.reject(t.admins[0], input)).toEqual(done);
    expect(await t.earnings()).toMatchObject({ available: HOURS_SHARE });
    expect((await t.news()).at(-1)).toContain(`came back: ${reason}`);
    await t.audited();
  });

  it.each(['confirm', 'reject'] as const)(
    'has one effect when two admins decide at once, the other with %s',
    async (other) => {
      const t = await asked();
      const { payouts } = t.services;
      const [first, second] = t.admins;
      const second_ = { ...t.decision(), reference: `SEPA of the other one, ${other}` };
      const results = await Promise.allSettled([
        payouts.confirm(first, { ...t.decision(), reference: `SEPA of the one, ${other}` }),
        other === 'confirm' ? payouts.confirm(second, second_) : payouts.reject(second, second_),
      ]);
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
      expect(refused).toEqual([
        expect.objectContaining({
          code: 'wrong_state',
          message: expect.stringMatching(/^This payout is (succeeded|cancelled) already\.$/) as string,
        }),
      ]);
      const { rows } = await t.sql.query('SELECT 1 FROM audit_log WHERE subject_id = $1', [t.payout.id]);
      expect(rows).toHaveLength(1);
      await t.audited();
    },
  );

  it('is not confirmed with a reference that another payout has', async () => {
    const t = await asked();
    const reference = 'SEPA once only';
    await t.services.payouts.confirm(t.admins[0], { ...t.decision(), reference });
    await t.earnAnHour();
    const next = await t.request(t.key());
    await expect(
      t.services.payouts.confirm(t.admins[0], { ...t.decision(), id: next.id, reference }),
    ).rejects.toMatchObject({ code: 'conflict' });
    expect(await t.again(next)).toMatchObject({ status: 'pending' });
    await t.audited();
  });

  it('is decided by admins, of whom nobody decides about his own', async () => {
    const t = await asked();
    const { payouts, users } = t.services;
    const reference = 'SEPA of nobody';
    for (const actor of [t.provider, t.renter.actor]) {
      await expect(payouts.confirm(actor, { ...t.decision(), reference })).rejects.toMatchObject({ code: 'forbidden' });
      await expect(payouts.reject(actor, t.decision())).rejects.toMatchObject({ code: 'forbidden' });
      await expect(payouts.listPending(actor, firstPage)).rejects.toMatchObject({ code: 'forbidden' });
    }
    await users.makeAdmin({ email: t.provider.email });
    const himself = await t.seed.again(t.provider);
    await expect(payouts.confirm(himself, { ...t.decision(), reference })).rejects.toMatchObject({
      code: 'forbidden',
      message: 'This payout is your own.',
    });
    await expect(payouts.reject(himself, t.decision())).rejects.toMatchObject({ code: 'forbidden' });
    expect(await t.again(t.payout)).toMatchObject({ status: 'pending' });
  });

  it('that does not exist is not found, and a key that was used for another one is refused', async () => {
    const t = await asked();
    const id = paymentIdSchema.parse('019a0000-0000-7000-8000-000000000099');
    const [admin] = t.admins;
    const unknown = { ...t.decision(), id, reference: 'SEPA of nothing' };
    await expect(t.services.payouts.confirm(admin, unknown)).rejects.toMatchObject({ code: 'not_found' });
    await expect(t.services.payouts.reject(admin, unknown)).rejects.toMatchObject({ code: 'not_found' });
    const input = t.decision();
    await t.services.payouts.reject(admin, input);
    await expect(t.services.payouts.reject(admin, { ...input, reason: 'Another reason.' })).rejects.toMatchObject({
      code: 'idempotency_conflict',
      field: 'idempotencyKey',
    });
  });

  it('is listed oldest first, each on one page', async () => {
    const t = await asked();
    t.clock.advance(HOUR_MS);
    const second = await market();
    await second.earnAnHour();
    const later = await second.request('payout-key-of-the-second');
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await t.services.payouts.listPending(t.admins[0], { limit: 1, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.indexOf(t.payout.id)).toBeGreaterThanOrEqual(0);
    expect(seen.indexOf(later.id)).toBeGreaterThan(seen.indexOf(t.payout.id));
  });
});
