import { expect, test } from 'vitest';
import { againstReference, driftWords, figure, measurementName, spreadPercent } from './benchmark-words.ts';

test('names of measurements are written for people', () => {
  expect(measurementName('one_thread')).toBe('One thread');
  expect(measurementName('random_read')).toBe('Random read');
  expect(measurementName('to_marketplace')).toBe('To marketplace');
  expect(measurementName('fp32_fma')).toBe('Single precision (FP32)');
});

test('figures keep decimals only where they say something', () => {
  expect(figure(28_170.708, 'IOPS')).toMatch(/^28.?171 IOPS$/);
  expect(figure(12.34, 'GB/s')).toMatch(/^12[.,]3 GB\/s$/);
});

test('the spread is the distance between lowest and highest, against the median', () => {
  const measurement = { name: 'x', unit: 's', median: 200, minimum: 150, maximum: 250, repetitions: 3 };
  expect(spreadPercent(measurement)).toBe(50);
  expect(spreadPercent({ ...measurement, repetitions: 1 })).toBeNull();
  expect(spreadPercent({ ...measurement, median: 0 })).toBeNull();
});

test('a score is said against the reference', () => {
  expect(againstReference(302)).toBe('30 % of the reference machine');
  expect(againstReference(1_130)).toMatch(/^1[.,]1 × the reference machine$/);
});

test('a speed that moved beyond the tolerance is said, in its direction', () => {
  expect(driftWords({ kind: 'cpu', driftPercent: -24 })).toMatch(/^24 % slower than before, more than the 15 %/);
  expect(driftWords({ kind: 'memory', driftPercent: 40 })).toMatch(/^40 % faster than before/);
  expect(driftWords({ kind: 'cpu', driftPercent: -15 })).toBeNull();
  expect(driftWords({ kind: 'cpu', driftPercent: null })).toBeNull();
});
