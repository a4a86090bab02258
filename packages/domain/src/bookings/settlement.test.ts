import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, instant, plusMs } from '../common/instant.ts';
import { amountMicros } from '../common/money.ts';
import { cancellationPolicies } from '../listings/listing.ts';
import type { MinuteSpan } from '../machines/machine-minutes.ts';
import { minuteKinds } from '../machines/machine-minutes.ts';
import { quoteAmount } from './booking-price.ts';
import { endReasons } from './booking.ts';
import type { SettlementInput } from './settlement.ts';
import { costOfUse, releaseEverything, settle } from './settlement.ts';

const start = instant(1_800_000_000_000);
const HOURLY = 3_600_000n; // One micro per millisecond-thousandth: 1,000 micros a second.

function input(change: {
  hours: number;
  readyAfterMs?: number;
  usedMs: number;
  endReason?: SettlementInput['endReason'];
  policy?: SettlementInput['booking']['cancellationPolicy'];
  minutes?: readonly MinuteSpan[];
}): SettlementInput {
  const end = instant(start + change.hours * HOUR_MS);
  const priceSegments = [{ start, end, pricePerHour: amountMicros(HOURLY) }];
  return {
    booking: {
      start,
      end,
      priceSegments,
      cancellationPolicy: change.policy ?? 'flexible',
      holdAmount: quoteAmount(priceSegments),
      feeBasisPoints: 1_000,
    },
    readyAt: instant(start + (change.readyAfterMs ?? 0)),
    usedUntil: instant(start + change.usedMs),
    endReason: change.endReason ?? 'ended',
    minutes: change.minutes ?? [],
  };
}

const span = (kind: MinuteSpan['kind'], fromMs: number, untilMs: number): MinuteSpan => ({
  kind,
  range: { start: instant(start + fromMs), end: instant(start + untilMs) },
});

describe('the charge of a booking that was active', () => {
  it.each<[string, SettlementInput, bigint]>([
    ['runs out: the whole window', input({ hours: 2, usedMs: 2 * HOUR_MS, endReason: 'expired' }), 2n * HOURLY],
    ['ends after one of two hours: one hour', input({ hours: 2, usedMs: HOUR_MS }), HOURLY],
    ['ends after one minute: ten minutes', input({ hours: 2, usedMs: MINUTE_MS }), HOURLY / 6n],
    [
      'was ready 20 minutes late: only ready time',
      input({ hours: 1, readyAfterMs: 20 * MINUTE_MS, usedMs: HOUR_MS, endReason: 'expired' }),
      (HOURLY * 40n) / 60n,
    ],
    [
      'was down for 6 minutes and degraded for 6: they are not charged',
      input({
        hours: 1,
        usedMs: HOUR_MS,
        endReason: 'expired',
        minutes: [
          span('down', 0, 6 * MINUTE_MS),
          span('up', 6 * MINUTE_MS, 30 * MINUTE_MS),
          span('degraded', 30 * MINUTE_MS, 36 * MINUTE_MS),
        ],
      }),
      (HOURLY * 48n) / 60n,
    ],
    [
      'was not measured for a while: that is charged, because our own probe failed',
      input({ hours: 1, usedMs: HOUR_MS, endReason: 'expired', minutes: [span('not_measured', 0, HOUR_MS)] }),
      HOURLY,
    ],
    [
      'was down for 15 minutes: the renter leaves without the minimum',
      input({ hours: 2, usedMs: 16 * MINUTE_MS, policy: 'strict', minutes: [span('down', 0, 15 * MINUTE_MS)] }),
      HOURLY / 60n,
    ],
    [
      'was interrupted by the machine: no minimum, no policy',
      input({ hours: 200, usedMs: MINUTE_MS, policy: 'strict', endReason: 'interrupted' }),
      HOURLY / 60n,
    ],
    [
      'moderate, one of 100 hours used: half of 24 hours of the rest',
      input({ hours: 100, usedMs: HOUR_MS, policy: 'moderate' }),
      HOURLY + 12n * HOURLY,
    ],
    [
      'moderate, 96 of 100 hours used: half of the 4 hours left',
      input({ hours: 100, usedMs: 96 * HOUR_MS, policy: 'moderate' }),
      98n * HOURLY,
    ],
    [
      'strict, one of 300 hours used: all of 7 days of the rest',
      input({ hours: 300, usedMs: HOUR_MS, policy: 'strict' }),
      HOURLY + 168n * HOURLY,
    ],
    [
      'strict, two of 10 hours used: everything, but never above the hold',
      input({ hours: 10, usedMs: 2 * HOUR_MS, policy: 'strict' }),
      10n * HOURLY,
    ],
    [
      'the provider ends it after 30 hours: its last 24 hours are returned',
      input({ hours: 100, usedMs: 30 * HOUR_MS, endReason: 'provider' }),
      6n * HOURLY,
    ],
    [
      'the provider ends it after 3 hours: everything is returned, no minimum',
      input({ hours: 100, usedMs: 3 * HOUR_MS, endReason: 'provider' }),
      0n,
    ],
    [
      'strict, one minute used: the minimum is one of the whole charge, and the rest is more than that already',
      input({ hours: 300, usedMs: MINUTE_MS, policy: 'strict' }),
      HOURLY / 60n + 168n * HOURLY,
    ],
    [
      'moderate, one minute used of ten: half of the other nine, so the minimum',
      input({ hours: 1 / 6, usedMs: MINUTE_MS, policy: 'moderate' }),
      HOURLY / 6n,
    ],
    [
      'was ready 55 minutes late and ran out: the five minutes that were left, and no minimum above them',
      input({ hours: 1, readyAfterMs: 55 * MINUTE_MS, usedMs: HOUR_MS, endReason: 'expired' }),
      HOURLY / 12n,
    ],
    [
      'was ready 55 minutes late and ended at once: the minimum is what was left',
      input({ hours: 1, readyAfterMs: 55 * MINUTE_MS, usedMs: 55 * MINUTE_MS }),
      HOURLY / 12n,
    ],
    [
      'was ready at the booked end: nothing',
      input({ hours: 1, readyAfterMs: HOUR_MS, usedMs: HOUR_MS, endReason: 'expired' }),
      0n,
    ],
    [
      'was down for 12 of 15 minutes: the three others are below the minimum',
      input({ hours: 1, usedMs: 15 * MINUTE_MS, minutes: [span('down', 0, 12 * MINUTE_MS)] }),
      HOURLY / 6n,
    ],
    [
      'was left after a failed handover, 14 minutes of a strict one used: nothing',
      input({ hours: 300, usedMs: 14 * MINUTE_MS, policy: 'strict', endReason: 'handover' }),
      0n,
    ],
    [
      'was ended by an admin after a minute: no minimum, no policy',
      input({ hours: 10, usedMs: MINUTE_MS, policy: 'strict', endReason: 'admin' }),
      HOURLY / 60n,
    ],
  ])('%s', (_name, settlementInput, expected) => {
    expect(settle(settlementInput).charged).toBe(expected);
  });

  it('divides every hold without a rest, and never charges above it', () => {
    const spans = fc.array(fc.tuple(fc.constantFrom(...minuteKinds), fc.integer({ min: 1, max: 600 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 720 }),
        fc.integer({ min: 0, max: 90 }),
        fc.integer({ min: 0, max: 40 * DAY_MS }),
        fc.constantFrom(...endReasons),
        fc.constantFrom(...cancellationPolicies),
        spans,
        (hours, readyAfterMinutes, usedMs, endReason, policy, kinds) => {
          let at = readyAfterMinutes * MINUTE_MS;
          const minutes = kinds.map(([kind, lengthMinutes]) => {
            const begin = at;
            at += lengthMinutes * MINUTE_MS;
            return span(kind, begin, at);
          });
          const given = input({
            hours,
            readyAfterMs: readyAfterMinutes * MINUTE_MS,
            usedMs,
            endReason,
            policy,
            minutes,
          });
          const result = settle(given);
          expect(result.charged + result.released).toBe(given.booking.holdAmount);
          expect(result.fee + result.providerShare).toBe(result.charged);
          expect(result.charged).toBeGreaterThanOrEqual(0n);
          expect(result.charged).toBeLessThanOrEqual(given.booking.holdAmount);
          expect(result.providerShare).toBeGreaterThanOrEqual(0n);
        },
      ),
    );
  });
});

describe('what a long booking has cost up to the end of a week', () => {
  const until = (days: number, minutes: readonly MinuteSpan[] = [], holdHours = 30 * 24) => {
    const end = plusMs(start, 30 * DAY_MS);
    const booking = {
      priceSegments: [{ start, end, pricePerHour: amountMicros(HOURLY) }],
      holdAmount: amountMicros(BigInt(holdHours) * HOURLY),
    };
    return costOfUse({ booking, readyAt: start, until: plusMs(start, days * DAY_MS), minutes });
  };

  it.each<[string, bigint, bigint]>([
    ['the first week', until(7), 168n * HOURLY],
    ['two weeks together', until(14), 336n * HOURLY],
    ['less the hours in which the machine was down', until(7, [span('down', 0, 3 * HOUR_MS)]), 165n * HOURLY],
    ['or degraded', until(7, [span('degraded', HOUR_MS, 2 * HOUR_MS)]), 167n * HOURLY],
    ['hours that we could not measure count', until(7, [span('not_measured', 0, DAY_MS)]), 168n * HOURLY],
    ['never more than the hold', until(14, [], 200), 200n * HOURLY],
  ])('%s', (_name, cost, expected) => {
    expect(cost).toBe(expected);
  });
});

describe('a booking that came to nothing', () => {
  it.each<[string, bigint]>([
    ['a hold of nothing', 0n],
    ['a hold of one millionth', 1n],
    ['a large hold', 9_999_999_999n],
  ])('gives all of %s back', (_name, hold) => {
    const division = releaseEverything({ holdAmount: amountMicros(hold), feeBasisPoints: 1_000 }, ['So it was.']);
    expect(division).toEqual({ charged: 0n, released: hold, fee: 0n, providerShare: 0n, explanation: ['So it was.'] });
  });
});
