import { paymentIdSchema, userIdSchema } from '@rsm/domain/common/ids';
import { amountMicros, currencySchema } from '@rsm/domain/common/money';
import { cardPaymentModeOf } from '@rsm/domain/payments/payment-processor';
import { STAND_IN_SECRET_KEY, STAND_IN_WEBHOOK_SECRETS, startStripeStandIn } from '@rsm/integrations/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from './clock.ts';
import { benchmarkSettings, composePaymentProcessor } from './compose-adapters.ts';
import { loadConfig } from './config.ts';
import { uuidV7Source } from './ids.ts';

async function compose(env: Readonly<Record<string, string>>, guarded: string[] = []) {
  const rootDir = mkdtempSync(join(tmpdir(), 'rsm-adapters-'));
  onTestFinished(() => rmSync(rootDir, { recursive: true, force: true }));
  const { config } = loadConfig({ env, rootDir, uid: 1_000 });
  return composePaymentProcessor({
    config,
    clock: systemClock,
    assertOutsideTransaction: (what) => void guarded.push(what),
  });
}

it.each([
  [{ BENCHMARK_SECONDS_PER_RUN: '10' }, { cpu: 10, storage: 3, proof: 2 }],
  [{}, { cpu: 1, storage: 1, proof: 1 }],
])('measures no longer than the operator and the kind say: %o', (env, seconds) => {
  const { cpu, storage } = benchmarkSettings(loadConfig({ env, rootDir: tmpdir(), uid: 1_000 }).config);
  const found = { cpu: cpu?.secondsPerRun, storage: storage?.secondsPerRun, proof: cpu?.proof.secondsPerRun };
  expect(found).toEqual(seconds);
});

it('takes test cards in the demo, and nothing where an admin credits wallets', async () => {
  expect(await compose({})).toMatchObject({ name: 'test' });
  expect(await compose({ PAYMENT_PROCESSOR: 'manual' })).toBeNull();
  // What `server.info` tells the forms.
  expect(cardPaymentModeOf(await compose({}))).toBe('typed');
  expect(cardPaymentModeOf(null)).toBe('none');
});

it('goes through Stripe when its keys are there', async () => {
  const standIn = await startStripeStandIn();
  onTestFinished(() => standIn.close());
  const guarded: string[] = [];
  const processor = await compose(
    {
      STRIPE_SECRET_KEY: STAND_IN_SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: STAND_IN_WEBHOOK_SECRETS.join(','),
      STRIPE_API_BASE_URL: standIn.url,
      STRIPE_PAYOUT_COUNTRY: 'DE',
    },
    guarded,
  );
  expect(processor).toMatchObject({ name: 'stripe' });
  expect(cardPaymentModeOf(processor)).toBe('saved');
  const userId = userIdSchema.parse(uuidV7Source.next());
  const customer = (await processor?.cards?.createCustomer({ userId, email: 'ada@example.org' })) ?? '';
  await expect(
    processor?.charge({
      paymentId: paymentIdSchema.parse(uuidV7Source.next()),
      amount: amountMicros(25_000_000n),
      currency: currencySchema.parse('EUR'),
      source: standIn.addCard(customer),
      customer,
      presence: 'on_session',
      returnUrl: 'https://machines.example.org/',
    }),
  ).resolves.toMatchObject({ kind: 'succeeded' });
  expect(guarded.length).toBeGreaterThan(0);

  // Both endpoints' events are read.
  await processor?.payouts?.createAccount({ userId, email: 'ada@example.org' });
  const [account] = standIn.store.all('account');
  standIn.completeOnboarding(account?.id ?? '');
  const subjects = standIn.store.events.map((event) => processor?.events?.read(standIn.sign(event)).subject?.kind);
  expect(subjects).toEqual(['charge', 'payout_account', 'payout_account']);
});
