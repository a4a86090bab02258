import type { AppRouter } from '@rsm/api';
import { createTRPCClient, httpLink } from '@trpc/client';
import superjson from 'superjson';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { API_PATH } from '../http/http-server.ts';
import { startHttp, type RunningHttp } from '../http/start-http.ts';
import { createLogger } from '../logging.ts';
import { PAYMENTS_START, UNIT, usePaymentsProduct } from '../testing/use-payments-product.ts';

beforeAll(() => {
  // `Date` stands still with the product's clock, so that tokens of the real door stay fresh.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(PAYMENTS_START) });
  return () => {
    vi.useRealTimers();
  };
});

const bench = usePaymentsProduct({ identity: 'real' });
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

describe('a real client of a marketplace that keeps cards', () => {
  it('adds a card, pays with it, confirms at the bank, fills by itself and takes the money back', async () => {
    const { processor, product } = bench();
    const actor = await product.seed.person();
    const { payments } = createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: `http://127.0.0.1:${String(http.port)}${API_PATH}`,
          transformer: superjson,
          headers: { authorization: `Bearer ${product.seed.tokenOf(actor)}` },
        }),
      ],
    });

    const { url } = await payments.startCardSetup.mutate();
    processor.enterCard(url);
    const { cards } = await payments.refreshCards.mutate();
    const [card] = cards;
    if (card === undefined) throw new Error('The card arrived.');
    expect(card).toEqual({ ...card, brand: 'visa', lastFour: '4242', isDefault: true });
    expect(await payments.listCards.query()).toEqual({ cards: [card] });
    expect(await payments.setDefaultCard.mutate({ id: card.id })).toEqual(card);

    const paid = await payments.topUp.mutate({ idempotencyKey: 'wire-key-1', amount: '20.00', source: card.id });
    expect(paid).toMatchObject({ status: 'succeeded', cardId: card.id, isAutomatic: false, actionUrl: null });
    processor.chargeScript.push('ask');
    const asks = await payments.topUp.mutate({ idempotencyKey: 'wire-key-2', amount: '10.00', source: card.id });
    expect(asks.actionUrl).toMatch(/^https:\/\/bank\.test\//);
    processor.decide(asks.id, 'succeeded');
    await bench().deliverNews();
    expect(await payments.get.query({ id: asks.id })).toMatchObject({ status: 'succeeded', actionUrl: null });

    const wish = { cardId: card.id, threshold: '5.00', amount: '10.00', monthlyLimit: '50.00' };
    expect(await payments.setAutoTopUp.mutate(wish)).toMatchObject({
      thresholdMicros: 5n * UNIT,
      stopped: null,
      usedThisMonthMicros: 0n,
    });
    expect((await payments.autoTopUp.query()).autoTopUp).toMatchObject({ monthlyLimitMicros: 50n * UNIT });

    expect(await payments.refundQuote.query()).toMatchObject({
      amountMicros: 30n * UNIT,
      parts: [{ paymentId: asks.id }, { paymentId: paid.id, card: { brand: 'visa', lastFour: '4242' } }],
    });
    const { refunds } = await payments.refund.mutate({ idempotencyKey: 'wire-key-3', amount: '30.00' });
    expect(refunds.map(({ kind, originalPaymentId }) => [kind, originalPaymentId])).toEqual([
      ['refund', asks.id],
      ['refund', paid.id],
    ]);
    await product.jobs.runDue();
    expect((await payments.autoTopUp.query()).autoTopUp?.stopped?.reason).toMatch(/asked for money/);

    expect(await payments.removeCard.mutate({ id: card.id })).toEqual({ done: true });
    expect(await payments.clearAutoTopUp.mutate()).toEqual({ done: true });
    expect((await payments.list.query()).items.map(({ status }) => status)).toEqual(Array(4).fill('succeeded'));
  });
});
