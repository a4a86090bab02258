import { paymentIdSchema } from '@rsm/domain/common/ids';
import { amountMicros, currencySchema } from '@rsm/domain/common/money';
import type { PaymentProcessor } from '@rsm/domain/payments/payment-processor';
import { describe, expect, it } from 'vitest';
import { createManualPaymentProcessor } from './manual-payment-processor.ts';
import { createTestPaymentProcessor } from './test-payment-processor.ts';

const paymentId = paymentIdSchema.parse('0199a000-0000-7000-8000-000000000001');
const charge = (processor: PaymentProcessor, source: string, micros = 5_000_000n) =>
  processor.charge({
    paymentId,
    amount: amountMicros(micros),
    currency: currencySchema.parse('EUR'),
    source,
    customer: null,
    presence: 'on_session',
    returnUrl: 'https://machines.example.org/',
  });

describe('test payment processor', () => {
  const processor = createTestPaymentProcessor({ mode: 'demo' });

  it('is refused in production', () => {
    expect(() => createTestPaymentProcessor({ mode: 'production' })).toThrow(/refused in production/);
  });

  it('says on screen that no real money moves', () => {
    expect(processor.notice).toMatch(/no real money/);
  });

  it.each(['4242424242424242', '4242 4242 4242 4242', '4242-4242-4242-4242', '5555555555554444'])(
    'takes the test card %s',
    async (source) => {
      await expect(charge(processor, source)).resolves.toEqual({ kind: 'succeeded', reference: `test_${paymentId}` });
    },
  );

  it.each([
    ['4000000000000002', 'The card was declined.'],
    ['4000000000009995', 'The card has insufficient funds.'],
    ['4000000000000069', 'The card has expired.'],
    ['4000000000000127', 'The security code of the card is wrong.'],
  ])('declines the test card %s with its reason', async (source, reason) => {
    await expect(charge(processor, source)).resolves.toMatchObject({
      kind: 'declined',
      reason,
    });
  });

  it('can be out of reach, like any processor', async () => {
    await expect(charge(processor, '4000000000000119')).rejects.toMatchObject({ code: 'payment_unavailable' });
  });

  it('gives the same answer to the same payment', async () => {
    const [first, second] = [await charge(processor, '4242424242424242'), await charge(processor, '4242424242424242')];
    expect(second).toEqual(first);
  });

  it('refuses any other number without repeating it', async () => {
    const error = await charge(processor, '4111111111111111').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'invalid_input', field: 'source' });
    expect(String(error)).not.toContain('4111');
  });

  it.each([0n, -5_000_000n, 5_000_001n])('refuses %s millionths', async (micros) => {
    await expect(charge(processor, '4242424242424242', micros)).rejects.toMatchObject({
      code: 'invalid_amount',
      field: 'amount',
    });
  });
});

describe('manual payment processor', () => {
  const processor = createManualPaymentProcessor();

  it('succeeds with a reason', async () => {
    await expect(charge(processor, 'Invoice 2026-117')).resolves.toEqual({
      kind: 'succeeded',
      reference: `manual_${paymentId}`,
    });
  });

  it.each(['', '      ', 'why', 'x'.repeat(501)])('refuses the reason %j', async (reason) => {
    await expect(charge(processor, reason)).rejects.toMatchObject({ code: 'invalid_input', field: 'source' });
  });

  it('refuses a fraction of a cent', async () => {
    await expect(charge(processor, 'Invoice 2026-117', 1n)).rejects.toMatchObject({ code: 'invalid_amount' });
  });
});
