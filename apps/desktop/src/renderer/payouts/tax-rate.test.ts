import { describe, expect, it } from 'vitest';
import { taxBasisPoints, taxPercent } from './tax-rate.ts';

describe('a tax rate', () => {
  it.each([
    ['19', 1_900],
    ['0', 0],
    ['8.1', 810],
    ['8,10 %', 810],
    [' 5.25% ', 525],
    ['100', 10_000],
    ['100.01', null],
    ['19.005', null],
    ['-1', null],
    ['', null],
    ['nineteen', null],
  ])('%j is %j', (text, expected) => {
    expect(taxBasisPoints(text)).toBe(expected);
  });

  it.each([0, 525, 810, 1_900, 10_000])('%d reads back as it was', (basisPoints) => {
    expect(taxBasisPoints(taxPercent(basisPoints))).toBe(basisPoints);
  });
});
