import { describe, expect, it } from 'vitest';
import { DomainError } from '../common/domain-error.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, instant } from '../common/instant.ts';
import { durationText, resolveExtension, resolveWindow } from './booking-window.ts';

const now = instant(1_800_000_000_000);
const limits = { durationMinMs: 10 * MINUTE_MS, durationMaxMs: 30 * DAY_MS };

function refusal(act: () => unknown): DomainError {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('a window', () => {
  it('begins now when no start is given', () => {
    expect(resolveWindow({ start: null, durationMs: HOUR_MS }, limits, now)).toEqual({
      start: now,
      end: now + HOUR_MS,
    });
  });

  it.each([
    ['an end before the start', { start: null, durationMs: -1 }, 'durationMs'],
    ['no length', { start: null, durationMs: 0 }, 'durationMs'],
    ['half a millisecond', { start: null, durationMs: 0.5 }, 'durationMs'],
    ['not a number', { start: null, durationMs: Number.NaN }, 'durationMs'],
    ['an absurd length', { start: null, durationMs: Number.MAX_VALUE }, 'durationMs'],
    ['less than the minimum', { start: null, durationMs: 10 * MINUTE_MS - 1 }, 'durationMs'],
    ['more than the maximum', { start: null, durationMs: 30 * DAY_MS + 1 }, 'durationMs'],
    ['a start in the past', { start: instant(now - 1), durationMs: HOUR_MS }, 'start'],
    ['an end beyond the horizon', { start: instant(now + 180 * DAY_MS), durationMs: HOUR_MS }, 'start'],
  ])('is refused for %s, naming the field and the way out', (_name, wish, field) => {
    const error = refusal(() => resolveWindow(wish, limits, now));
    expect(error).toMatchObject({ code: 'invalid_window', field });
    expect(error.remedy).toMatch(/\.$/);
  });

  it.each([10 * MINUTE_MS, 30 * DAY_MS])('may be exactly as long as the limits: %s ms', (durationMs) => {
    expect(resolveWindow({ start: null, durationMs }, limits, now).end).toBe(now + durationMs);
  });
});

describe('an extension', () => {
  const booking = { start: now, end: instant(now + HOUR_MS) };

  it('begins where the booking ends', () => {
    expect(resolveExtension(booking, instant(now + 2 * HOUR_MS), limits, now)).toEqual({
      start: now + HOUR_MS,
      end: now + 2 * HOUR_MS,
    });
  });

  it.each([
    ['the same end', now + HOUR_MS],
    ['an earlier end', now + MINUTE_MS],
    ['more than the maximum in all', now + 31 * DAY_MS],
  ])('is refused for %s', (_name, newEnd) => {
    expect(refusal(() => resolveExtension(booking, instant(newEnd), limits, now))).toMatchObject({
      code: 'invalid_window',
      field: 'newEnd',
    });
  });
});

it.each([
  [10 * MINUTE_MS, '10 minutes'],
  [HOUR_MS, '60 minutes'],
  [24 * HOUR_MS, '24 hours'],
  [30 * DAY_MS, '30 days'],
  [MINUTE_MS, '1 minute'],
])('%s ms are said as "%s"', (durationMs, text) => {
  expect(durationText(durationMs)).toBe(text);
});
