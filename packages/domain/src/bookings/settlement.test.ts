import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, instant } from '../common/instant.ts';
import { amountMicros } from '../common/money.ts';
import { cancellationPolicies } from '../listings/listing.ts';
import type { MinuteSpan } from '../machines/machine-minutes.ts';
import { minuteKinds } from '../machines/machine-minutes.ts';
import { quoteAmount } from './booking-price.ts';
import { endReasons } from './booking.ts';
import type { SettlementInput } from './settlement.ts';
import { settle } from './settlement.ts';

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
