import { expect, test } from 'vitest';
import { pricePerGpuHour, pricePerScore, roundedForDisplay } from './price-performance.ts';

test('a machine as fast as the reference costs its own price per 1000 points', () => {
  expect(pricePerScore('0.60', 1_000)).toBe(600_000n);
});

test('half the speed at the same price costs twice as much per 1000 points', () => {
  expect(pricePerScore('0.60', 500)).toBe(1_200_000n);
});

test('a third of a millionth is rounded half up', () => {
  expect(pricePerScore(1n, 3)).toBe(333n);
  expect(pricePerScore('1.00', 3_000)).toBe(333_333n);
  expect(pricePerScore('2.00', 3_000)).toBe(666_667n);
});

test('what was not measured has no price per performance', () => {
  expect(pricePerScore('0.60', null)).toBeNull();
  expect(pricePerScore('0.60', 0)).toBeNull();
});

test('the price of a machine is shared among its GPUs', () => {
  expect(pricePerGpuHour('4.00', 8)).toBe(500_000n);
  expect(pricePerGpuHour(4_000_000n, 3)).toBe(1_333_333n);
  expect(pricePerGpuHour('4.00', 0)).toBeNull();
});

test('figures for comparing are shown to the hundredth, small ones to the ten-thousandth', () => {
  expect(roundedForDisplay(1_986_755n)).toBe(1_990_000n);
  expect(roundedForDisplay(12_345n)).toBe(12_300n);
});
