import { DAY_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import { describe, expect, it } from 'vitest';
import { createStripeClient } from './stripe-client.ts';
import { createStripePayoutAccounts } from './stripe-payout-accounts.ts';
import type { StandInTrouble } from './testing/stripe-stand-in.ts';
import { STAND_IN_SECRET_KEY } from './testing/stripe-stand-in.ts';
import { EUR, TEN_EUR, stripeTestBed } from './testing/stripe-test-bed.ts';

const TRANSFER = 'POST /v1/transfers';

describe("a provider's account at Stripe", () => {
  it('is a recipient that Stripe does not know yet, one per person', async () => {
    const { person, processor, standIn } = await stripeTestBed();
    const bob = person('bob@example.org');
    const state = await processor.payouts.createAccount(bob);
    expect(state).toEqual({
      reference: expect.stringMatching(/^acct_/) as string,
      takesPayouts: false,
      // What he has to do now; what Stripe does itself, or wants later, is left out.
      missing: ['identity.individual.date_of_birth', 'configuration.recipient.default_outbound_destination'],
      disabledReason: 'requirements_past_due',
    });
    await expect(processor.payouts.createAccount(bob)).resolves.toEqual(state);
    expect(standIn.store.all('account')).toMatchObject([
      {
        contact_email: bob.email,
        dashboard: 'express',
        identity: { country: 'de' },
        metadata: { user_id: bob.userId },
      },
    ]);
    await expect(processor.payouts.findAccount(state.reference)).resolves.toEqual(state);
  });

  it('asks for the country on its page when the operator named none', async () => {
    const { person, standIn } = await stripeTestBed();
    const client = createStripeClient({
      secretKey: STAND_IN_SECRET_KEY,
      guard: () => undefined,
      apiBaseUrl: standIn.url,
    });
    await createStripePayoutAccounts(client, {}).createAccount(person());
    expect(standIn.store.all('account')).toMatchObject([{ identity: { country: null } }]);
  });

  it("takes payouts after the provider went through Stripe's page", async () => {
    const { person, processor, standIn } = await stripeTestBed();
    const { reference } = await processor.payouts.createAccount(person());
    const returnUrl = 'https://machines.example.org/payouts';
    await expect(processor.payouts.onboardingUrl({ account: reference, returnUrl })).resolves.toBe(
      `${standIn.url}/hosted/onboarding/${reference}`,
    );
    standIn.completeOnboarding(reference);
    await expect(processor.payouts.findAccount(reference)).resolves.toEqual({
      reference,
      takesPayouts: true,
      missing: [],
      disabledReason: null,
    });
  });

  it('tells why it takes none', async () => {
    const { payee, processor, standIn } = await stripeTestBed();
    const account = await payee();
    standIn.restrictAccount(account, 'rejected_other');
    await expect(processor.payouts.findAccount(account)).resolves.toMatchObject({
      takesPayouts: false,
      disabledReason: 'rejected_other',
    });
  });

  it.each([
    ['closed', 'closeAccount'],
    ['taken away from us', 'deauthorizeAccount'],
  ] as const)('is gone when it is %s', async (_, end) => {
    const { payee, processor, standIn } = await stripeTestBed();
    const account = await payee();
    standIn[end](account);
    await expect(processor.payouts.findAccount(account)).resolves.toBeNull();
    await expect(
      processor.payouts.onboardingUrl({ account, returnUrl: 'https://machines.example.org/' }),
    ).rejects.toMatchObject({ code: 'payout_unavailable' });
  });

  it('was never there', async () => {
    const { processor } = await stripeTestBed();
    await expect(processor.payouts.findAccount('acct_gone')).resolves.toBeNull();
  });

  it.each([
    ['POST /v2/core/accounts', 'createAccount'],
    ['POST /v2/core/account_links', 'onboardingUrl'],
    ['GET /v2/core/accounts/:id', 'findAccount'],
  ] as const)('is not judged when Stripe fails at %s', async (call, method) => {
    const { payee, person, processor, standIn } = await stripeTestBed({ retriesMax: 0 });
    const account = await payee();
    standIn.fail({ kind: 'server_error', call: call.replace(':id', account) });
    const { payouts } = processor;
    const work = {
      createAccount: () => payouts.createAccount(person()),
      onboardingUrl: () => payouts.onboardingUrl({ account, returnUrl: 'https://machines.example.org/' }),
      findAccount: () => payouts.findAccount(account),
    };
    await expect(work[method]()).rejects.toMatchObject({ code: 'payment_unavailable' });
  });
});

/** A provider who takes payouts, and a payout of ten. */
async function payable(changes: Parameters<typeof stripeTestBed>[0] = {}) {
  const bed = await stripeTestBed(changes);
  const account = await bed.payee();
  const payout = { payoutId: bed.newPaymentId(), account, amount: TEN_EUR, currency: EUR };
  const { account: _account, payoutId } = payout;
  return { ...bed, account, payout, payouts: bed.processor.payouts, lost: { payoutId, account, reference: null } };
}

describe('a payout with Stripe', () => {
  it('sends the money, once per key', async () => {
    const { account, lost, moved, payout, payouts, standIn } = await payable();
    const outcome = await payouts.payOut(payout);
    expect(outcome).toEqual({ kind: 'succeeded', reference: expect.stringMatching(/^tr_/) as string });
    await expect(payouts.payOut(payout)).resolves.toEqual(outcome);
    await expect(payouts.find(lost)).resolves.toEqual(outcome);
    expect(standIn.store.all('transfer')).toMatchObject([
      { amount: 1_000, currency: 'eur', destination: account, metadata: { payout_id: payout.payoutId } },
    ]);
    expect(moved('transfer')).toBe(1);
  });

  it.each([
    ['closed', 'closeAccount'],
    ['taken away from us', 'deauthorizeAccount'],
  ] as const)('to an account that was %s fails, and the money stays', async (_, end) => {
    const { account, moved, payout, payouts, standIn } = await payable();
    standIn[end](account);
    await expect(payouts.payOut(payout)).resolves.toEqual({
      kind: 'failed',
      reference: null,
      reason: 'The payout account is closed, or its owner took the access to it away. Connect a new one.',
    });
    expect(moved('transfer')).toBe(0);
  });

  it('to an account that takes none fails with what to do', async () => {
    const { account, moved, payout, payouts, standIn } = await payable();
    standIn.restrictAccount(account, 'requirements_past_due');
    await expect(payouts.payOut(payout)).resolves.toEqual({
      kind: 'failed',
      reference: null,
      reason: 'The payout account takes no payouts at the moment. Give the processor what it still asks for.',
    });
    expect(moved('transfer')).toBe(0);
  });

  it("fails when the marketplace's balance at Stripe is too low, and works with a new key when it is not", async () => {
    const { moved, newPaymentId, payout, payouts, standIn } = await payable();
    standIn.store.balance = 999;
    await expect(payouts.payOut(payout)).resolves.toMatchObject({
      kind: 'failed',
      reason: "The marketplace's balance at the processor is too low for this payout at the moment.",
    });
    standIn.store.balance = 1_000;
    await expect(payouts.payOut({ ...payout, payoutId: newPaymentId() })).resolves.toMatchObject({ kind: 'succeeded' });
    expect(moved('transfer')).toBe(1);
  });

  it('that was taken back counts as failed', async () => {
    const { lost, payout, payouts, standIn } = await payable();
    const { reference } = await payouts.payOut(payout);
    standIn.reverseTransfer(reference ?? '');
    const expected = { kind: 'failed', reference, reason: 'The payout was taken back.' };
    await expect(payouts.find(lost)).resolves.toEqual(expected);
    await expect(payouts.payOut(payout)).resolves.toEqual(expected);
    await expect(payouts.find({ ...lost, reference })).resolves.toEqual(expected);
  });

  it('is a conflict with another amount', async () => {
    const { moved, payout, payouts } = await payable();
    await payouts.payOut(payout);
    await expect(payouts.payOut({ ...payout, amount: amountMicros(20_000_000n) })).rejects.toMatchObject({
      code: 'idempotency_conflict',
    });
    expect(moved('transfer')).toBe(1);
  });

  it('moves nothing after Stripe forgot the key', async () => {
    const { clock, moved, payout, payouts } = await payable();
    const outcome = await payouts.payOut(payout);
    clock.advance(2 * DAY_MS);
    await expect(payouts.payOut(payout)).resolves.toEqual(outcome);
    expect(moved('transfer')).toBe(1);
  });

  it.each<StandInTrouble['kind']>(['server_error', 'rate_limited', 'lost_answer', 'not_reached'])(
    'is found again after %s without end',
    async (kind) => {
      const { clock, lost, moved, payout, payouts, standIn } = await payable({ retriesMax: 0 });
      standIn.fail({ kind, call: TRANSFER, times: 2 });
      await expect(payouts.payOut(payout)).rejects.toMatchObject({ code: 'payment_unavailable' });
      const happened = kind === 'lost_answer';
      if (!happened) await expect(payouts.find(lost)).rejects.toMatchObject({ code: 'payment_unavailable' });
      clock.advance(5 * MINUTE_MS);
      const found = await payouts.find(lost);
      expect(found?.kind ?? null).toBe(happened ? 'succeeded' : null);
      expect(moved('transfer')).toBe(happened ? 1 : 0);
    },
  );

  it('says nothing when Stripe can not be asked', async () => {
    const { lost, payouts, standIn } = await payable({ retriesMax: 0 });
    standIn.fail({ kind: 'server_error', call: 'GET /v1/transfers' });
    await expect(payouts.find(lost)).rejects.toMatchObject({ code: 'payment_unavailable' });
  });
});
