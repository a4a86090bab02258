import { DAY_MS, MINUTE_MS } from '@rsm/domain/common/instant';
import { currencySchema } from '@rsm/domain/common/money';
import { describe, expect, it } from 'vitest';
import type { StandInTrouble } from './testing/stripe-stand-in.ts';
import { EUR, TEN_EUR, stripeTestBed } from './testing/stripe-test-bed.ts';

type Bed = Awaited<ReturnType<typeof stripeTestBed>>;

/** One way in which money moves: ask for it, and find out what became of it without its answer. */
interface Move {
  readonly noun: 'payment_intent' | 'refund' | 'transfer';
  readonly call: string;
  readonly prepare: (bed: Bed) => Promise<{
    readonly move: () => Promise<{ readonly kind: string; readonly reference: string | null }>;
    readonly find: () => Promise<{ readonly kind: string; readonly reference: string | null } | null>;
  }>;
}

const moves: readonly (readonly [string, Move])[] = [
  [
    'a charge',
    {
      noun: 'payment_intent',
      call: 'POST /v1/payment_intents',
      prepare: async ({ processor, topUp }) => {
        const { lost, request } = await topUp();
        return { move: () => processor.charge(request), find: () => processor.findCharge(lost) };
      },
    },
  ],
  [
    'a refund',
    {
      noun: 'refund',
      call: 'POST /v1/refunds',
      prepare: async ({ newPaymentId, processor, topUp }) => {
        const { request: charge } = await topUp();
        const { reference } = await processor.charge(charge);
        const refund = { refundId: newPaymentId(), chargeReference: reference ?? '', amount: TEN_EUR, currency: EUR };
        const { refunds } = processor;
        return { move: () => refunds.refund(refund), find: () => refunds.find({ ...refund, reference: null }) };
      },
    },
  ],
  [
    'a payout',
    {
      noun: 'transfer',
      call: 'POST /v1/transfers',
      prepare: async ({ newPaymentId, payee, processor: { payouts } }) => {
        const payout = { payoutId: newPaymentId(), account: await payee(), amount: TEN_EUR, currency: EUR };
        return { move: () => payouts.payOut(payout), find: () => payouts.find({ ...payout, reference: null }) };
      },
    },
  ],
];

describe.each(moves)('the port promises of %s', (_, { call, noun, prepare }) => {
  it('asked for at once, ten times, it moves once and all answers are equal or open', async () => {
    const bed = await stripeTestBed();
    const { find, move } = await prepare(bed);
    const outcomes = await Promise.all(Array.from({ length: 10 }, move));
    expect(new Set(outcomes.map(({ reference }) => reference)).size).toBe(1);
    expect(outcomes.every(({ kind }) => kind === 'succeeded')).toBe(true);
    await expect(find()).resolves.toEqual(outcomes[0]);
    expect(bed.moved(noun)).toBe(1);
  });

  it.concurrent.each<StandInTrouble['kind']>([
    'lost_answer',
    'late_answer',
    'not_reached',
    'server_error',
    'rate_limited',
    'key_in_use',
  ])('whatever happens on the way (%s), asking again after looking moves it once', async (kind) => {
    const bed = await stripeTestBed(kind === 'late_answer' ? { callMsMax: 2_000 } : {});
    const { find, move } = await prepare(bed);
    bed.standIn.fail({ kind, call, times: 2 });
    await expect(move()).rejects.toMatchObject({ code: 'payment_unavailable' });
    bed.clock.advance(3 * MINUTE_MS);
    const known = await find();
    const outcome = await move();
    expect(outcome.kind).toBe('succeeded');
    if (known !== null) expect(known).toEqual(outcome);
    await expect(find()).resolves.toEqual(outcome);
    expect(bed.moved(noun)).toBe(1);
  });

  it('asked for again on every day of a week, it moved once', async () => {
    const bed = await stripeTestBed();
    const { move } = await prepare(bed);
    const first = await move();
    for (let day = 0; day < 7; day += 1) {
      bed.clock.advance(DAY_MS);
      await expect(move()).resolves.toEqual(first);
    }
    expect(bed.moved(noun)).toBe(1);
  });

  it('is asked for outside transactions only', async () => {
    let isInside = false;
    const bed = await stripeTestBed({
      guard: () => {
        if (isInside) throw new Error('inside a transaction');
      },
    });
    const { find, move } = await prepare(bed);
    isInside = true;
    const asked = bed.standIn.requests.length;
    await expect(move()).rejects.toThrow('inside a transaction');
    await expect(find()).rejects.toThrow('inside a transaction');
    expect(bed.standIn.requests).toHaveLength(asked);
  });
});

describe('a processor without its secrets', () => {
  it('refuses a currency that it can not take, at once', async () => {
    await expect(stripeTestBed({ currency: currencySchema.parse('JPY') })).rejects.toThrow(/JPY in whole units only/);
  });

  it('says on screen that no real money moves with a test key, and nothing with a live one', async () => {
    const { processor } = await stripeTestBed();
    expect(processor.notice).toMatch(/no real money moves/);
    const live = await stripeTestBed({ secretKey: 'sk_live_ofNobody' });
    expect(live.processor.notice).toBeNull();
  });
});
