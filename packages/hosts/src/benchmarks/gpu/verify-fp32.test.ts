import { expect, it } from 'vitest';
import { fp32ValueOf } from './verify-fp32.ts';

/** The exact y × y + k, rounded once to single precision, ties to even: over whole numbers, which never round. */
function roundedOnce(y: number, k: number): number {
  const SCALE = 2n ** 300n;
  const exact = scaled(y, 150) ** 2n + scaled(k, 300);
  const size = exact < 0n ? -exact : exact;
  if (size === 0n) return 0;
  const dropped = BigInt(Math.max(0, size.toString(2).length - 24));
  const unit = 2n ** dropped;
  const rest = size % unit;
  let kept = size / unit;
  if (rest * 2n > unit || (rest * 2n === unit && kept % 2n === 1n)) kept += 1n;
  const value = Number(kept * unit) / Number(SCALE);
  return exact < 0n ? -value : value;
}

/** value × 2^bits as a whole number. */
function scaled(value: number, bits: number): bigint {
  // 60 bits hold all of a single from 2⁻³⁶ on.
  return BigInt(value * 2 ** 60) * 2n ** BigInt(bits - 60);
}

it('chains round as fma.rn.f32 does: once', () => {
  for (let number = 0; number < 200; number += 1) {
    const k = Math.fround(-1.75 - (number / 200) * 0.249);
    let y = Math.fround(number / 401 - 0.25);
    for (let step = 0; step < 40; step += 1) {
      const next = Math.fround(y * y + k);
      expect(next).toBe(roundedOnce(y, k));
      y = next;
    }
  }
});

it('threads, seeds and lengths all make a difference', () => {
  const values = [fp32ValueOf(0, 1, 8), fp32ValueOf(1, 1, 8), fp32ValueOf(0, 2, 8), fp32ValueOf(0, 1, 9)];
  expect(new Set(values).size).toBe(4);
});

it('no y of single precision is rounded twice to another value than once', { tags: 'deep' }, () => {
  const bits = new Uint32Array(1);
  const single = new Float32Array(bits.buffer);
  const double = new Float64Array(1);
  const low = new BigUint64Array(double.buffer);
  const k = -1.75;
  let doubtful = 0;
  // 2⁻³ down to 2⁻¹⁴: from 2⁻¹² on y × y is less than half of the last place of k.
  for (let exponent = 127 - 4; exponent >= 127 - 14; exponent -= 1) {
    for (let fraction = 0; fraction < 2 ** 23; fraction += 1) {
      bits[0] = exponent * 2 ** 23 + fraction;
      const y = single[0] ?? 0;
      const square = y * y;
      const sum = square + k;
      const virtual = sum - square;
      if (square - (sum - virtual) + (k - virtual) === 0) continue;
      double[0] = sum;
      if (((low[0] ?? 0n) & 0x1fffffffn) === 0x10000000n) doubtful += 1;
    }
  }
  expect(doubtful).toBe(0);
});
