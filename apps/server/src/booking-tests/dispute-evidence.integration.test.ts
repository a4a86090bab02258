// @module-tag ci

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '@rsm/domain/common/instant';
import { openMarket } from '../testing/open-market.ts';
import { useTestProduct } from '../testing/use-test-product.ts';
import { HOUR_PRICE, disputedMarket, openAs, readDispute } from './disputes.fixture.ts';

const product = useTestProduct();

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
    const { evidence } = await readDispute(t, t.renter.actor, dispute.id);
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
    expect(evidence.access.keys.map(({ fingerprint }) => fingerprint.split(':')[0])).toEqual(['SHA256']);
    expect(evidence.access.log.rows.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['prepared', 'granted', 'deadline_set', 'revoked']),
    );
    expect(evidence.history.map(({ to }) => to)).toEqual(
      ['scheduled', 'provisioning', 'active', 'revoking', 'wiping', 'completed'], // prettier-ignore
    );
  }, 60_000);

  it(
    'is the same document for both sides and the admin, and its hash is that of the document',
    { tags: 'deep' },
    async () => {
      const t = await disputedMarket(product());
      const dispute = await openAs(t, t.renter.actor, t.booking);
      const seen = await Promise.all(
        [t.renter.actor, t.provider, t.admin].map(async (actor) => readDispute(t, actor, dispute.id)),
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
    },
  );

  it('tells nobody an address of the other, an id of a person, or what the renter calls his keys', async () => {
    const t = await disputedMarket(product());
    const dispute = await openAs(t, t.renter.actor, t.booking);
    const [key] = await t.services.users.listSshKeys(t.renter.actor);
    for (const actor of [t.renter.actor, t.provider, t.admin]) {
      const detail = await readDispute(t, actor, dispute.id);
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

  it('is never written again, not even by the owner of the table, nor is what was said', { tags: 'deep' }, async () => {
    const t = await disputedMarket(product());
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
