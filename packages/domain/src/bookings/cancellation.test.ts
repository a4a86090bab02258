import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, instant } from '../common/instant.ts';
import { amountMicros } from '../common/money.ts';
import type { CancellationPolicy } from '../listings/listing.ts';
import { cancellationCharge } from './cancellation.ts';

const start = instant(1_800_000_000_000);
const createdAt = instant(start - 30 * DAY_MS);

function chargeAt(cancellationPolicy: CancellationPolicy, beforeStartMs: number, bookedAt = createdAt): bigint {
  const booking = { cancellationPolicy, createdAt: bookedAt, start, holdAmount: amountMicros(1_000_001n) };
  return cancellationCharge(booking, instant(start - beforeStartMs));
}

describe('cancelling before the start', () => {
  it.each<[CancellationPolicy, string, number, bigint]>([
    ['flexible', 'one minute before', 60_000, 0n],
    ['moderate', 'exactly 24 h before', DAY_MS, 0n],
    ['moderate', 'a moment later', DAY_MS - 1, 500_001n],
    ['strict', 'exactly 7 days before', 7 * DAY_MS, 0n],
    ['strict', 'a moment later', 7 * DAY_MS - 1, 500_001n],
    ['strict', 'exactly 24 h before', DAY_MS, 500_001n],
    ['strict', 'in the last 24 h', DAY_MS - 1, 1_000_001n],
  ])('under %s, %s, costs %s ms → %s', (policy, _when, beforeStartMs, expected) => {
    expect(chargeAt(policy, beforeStartMs)).toBe(expected);
  });

  it('is free within an hour of booking, whatever the policy', () => {
    const bookedAt = instant(start - 2 * HOUR_MS);
    expect(chargeAt('strict', HOUR_MS, bookedAt)).toBe(0n);
    expect(chargeAt('strict', HOUR_MS - 1, bookedAt)).toBe(1_000_001n);
  });

  it('is free once the start has passed without access', () => {
    expect(chargeAt('strict', 0)).toBe(0n);
    expect(chargeAt('strict', -HOUR_MS)).toBe(0n);
  });
});
