import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '@rsm/domain/common/instant';
import { usePayoutMarket } from '../testing/payout-market.ts';

const setup = usePayoutMarket();
const byHand = usePayoutMarket('by_hand');

describe("a provider's payout account", () => {
  it('is none at first, and nothing can be paid out', async () => {
    const t = await setup();
    await t.earnAnHour();
    expect(await t.services.payouts.account(t.provider)).toEqual({ status: 'none', account: null });
    expect(await t.services.payouts.refreshAccount(t.provider)).toEqual({ status: 'none', account: null });
    await expect(t.request(t.key())).rejects.toMatchObject({
      code: 'payout_unavailable',
      message: 'You have no payout account yet.',
    });
    expect(await t.payouts()).toEqual([]);
    await t.audited();
  });

  it('is made once, however often its owner begins', async () => {
    const t = await setup();
    const begin = async () => t.services.payouts.startOnboarding(t.provider);
    const begun = await Promise.all([begin(), begin(), begin()]);
    const again = await begin();
    expect(new Set([...begun, again].map(({ url }) => url)).size).toBe(1);
    expect(again.view).toMatchObject({ status: 'ready', account: { takesPayouts: true, missing: [] } });
    expect(await t.services.payouts.account(t.provider)).toMatchObject({ status: 'ready' });
    expect(await t.news()).toEqual(['Your payout account takes payouts.']);
  });

  it('says what the processor still wants, until an event tells that it is there', async () => {
    const t = await setup();
    t.gateway.missingAtFirst = ['identity document', 'bank account'];
    const reference = await t.onboarded();
    await t.earnAnHour();
    expect(await t.services.payouts.account(t.provider)).toMatchObject({
      status: 'incomplete',
      account: { missing: ['identity document', 'bank account'] },
    });
    await expect(t.request(t.key())).rejects.toMatchObject({
      code: 'payout_unavailable',
      message: 'Your payout account takes no payouts: missing: identity document, bank account.',
      remedy: "Open the processor's page once more and give it what is missing.",
    });

    t.gateway.setAccount(reference, {});
    // The event says only that something changed; twice and late is the same.
    for (let count = 0; count < 2; count += 1) {
      await t.payoutEventHandlers.payout_account(t.processor, { kind: 'payout_account', account: reference });
    }
    expect(await t.services.payouts.account(t.provider)).toMatchObject({ status: 'ready' });
    expect((await t.news()).slice(1)).toEqual(['Your payout account takes payouts.']);
    expect(await t.request(t.key())).toMatchObject({ status: 'pending', account: reference });
    await t.audited();
  });

  it('that the processor disabled is refused with its reason', async () => {
    const t = await setup();
    const reference = await t.onboarded();
    await t.earnAnHour();
    t.gateway.setAccount(reference, { missing: ['tax number'], disabledReason: 'Verification failed.' });
    expect(await t.services.payouts.refreshAccount(t.provider)).toMatchObject({ status: 'incomplete' });
    await expect(t.request(t.key())).rejects.toMatchObject({
      code: 'payout_unavailable',
      message: 'Your payout account takes no payouts: Verification failed; missing: tax number.',
    });
  });

  it('that its owner closed is refused, and a new one can be made', async () => {
    const t = await setup();
    const reference = await t.onboarded();
    await t.earnAnHour();
    t.gateway.close(reference);
    await t.payoutEventHandlers.payout_account(t.processor, { kind: 'payout_account', account: reference });
    expect(await t.services.payouts.account(t.provider)).toMatchObject({ status: 'closed' });
    await expect(t.request(t.key())).rejects.toMatchObject({
      code: 'payout_unavailable',
      message: 'Your payout account is closed.',
    });
    t.clock.advance(MINUTE_MS);
    const next = await t.onboarded();
    expect(next).not.toBe(reference);
    expect(await t.request(t.key())).toMatchObject({ account: next });
    expect(await t.news()).toEqual([
      'Your payout account takes payouts.',
      'Your payout account is closed.',
      'Your payout account takes payouts.',
      '27.00 EUR are on their way to you.',
    ]);
    await t.audited();
  });

  it('is not overwritten by an answer that was given earlier', async () => {
    const t = await setup();
    const reference = await t.onboarded();
    const known = await t.uow.reads.payoutAccounts.findByReference('test', reference);
    if (known === null) throw new Error('The account was written.');
    t.clock.advance(MINUTE_MS);
    await t.services.payouts.refreshAccount(t.provider);
    const late = { ...known, takesPayouts: false, missing: ['identity document'] };
    expect(await t.uow.run((tx) => tx.payoutAccounts.save(late))).toBe(false);
    expect(await t.services.payouts.account(t.provider)).toMatchObject({ status: 'ready' });
  });

  it('belongs to one person: the same one can not be another one’s', async () => {
    const t = await setup();
    const reference = await t.onboarded();
    const known = await t.uow.reads.payoutAccounts.findByReference('test', reference);
    if (known === null) throw new Error('The account was written.');
    const other = await t.seed.provider();
    await expect(t.uow.run((tx) => tx.payoutAccounts.save({ ...known, userId: other.userId }))).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('of somebody unknown is passed over', async () => {
    const t = await setup();
    await expect(
      t.payoutEventHandlers.payout_account(t.processor, { kind: 'payout_account', account: 'acct_of_nobody' }),
    ).resolves.toBe('applied');
  });

  it('stays as it was when the processor can not be asked', async () => {
    const t = await setup();
    await t.onboarded();
    t.gateway.trouble = 'unreachable';
    await expect(t.services.payouts.refreshAccount(t.provider)).rejects.toMatchObject({ code: 'payment_unavailable' });
    expect(await t.services.payouts.account(t.provider)).toMatchObject({ status: 'ready' });
    const other = await t.seed.provider();
    await expect(t.services.payouts.startOnboarding(other)).rejects.toMatchObject({ code: 'payment_unavailable' });
    expect(await t.services.payouts.account(other)).toMatchObject({ status: 'none' });
  });

  it('is for providers', async () => {
    const t = await setup();
    const { payouts } = t.services;
    const renter = t.renter.actor;
    const calls = [payouts.account(renter), payouts.startOnboarding(renter), payouts.refreshAccount(renter)];
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'forbidden' } });
    }
  });

  it('is needed by nobody where payouts are made by hand', async () => {
    const t = await byHand();
    expect(await t.services.payouts.account(t.provider)).toEqual({ status: 'by_hand', account: null });
    expect(await t.services.payouts.refreshAccount(t.provider)).toEqual({ status: 'by_hand', account: null });
    await expect(t.services.payouts.startOnboarding(t.provider)).rejects.toMatchObject({
      code: 'payout_unavailable',
      message: 'This marketplace pays out by hand: nobody needs an account for it.',
    });
    await t.payoutEventHandlers.payout_account(t.processor, { kind: 'payout_account', account: 'acct' });
  });
});
