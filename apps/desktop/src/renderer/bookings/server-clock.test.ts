import { expect, test } from 'vitest';
import { skewOf } from './server-clock.ts';

test('a difference within half of the round trip is none', () => {
  expect(skewOf({ sentMs: 1_000, receivedMs: 1_200, serverMs: 1_100 })).toBe(0);
  expect(skewOf({ sentMs: 1_000, receivedMs: 1_200, serverMs: 1_200 })).toBe(0);
});

test('a clock that is wrong is corrected both ways', () => {
  expect(skewOf({ sentMs: 1_000, receivedMs: 1_200, serverMs: 61_100 })).toBe(60_000);
  expect(skewOf({ sentMs: 1_000, receivedMs: 1_200, serverMs: 100 })).toBe(-1_000);
});

test('a clock that was set back while the answer came does no harm', () => {
  expect(skewOf({ sentMs: 1_000, receivedMs: 400, serverMs: 1_000 })).toBe(0);
});
