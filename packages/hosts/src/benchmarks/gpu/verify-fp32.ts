import { mix32 } from './mix32.ts';

const CHAINS = 8;
/** Steps of each chain in one trip of the kernel's loop (fp32-chain.ptx). */
const ROUNDS_PER_TRIP = 8;

/** Floating-point operations of one thread in one trip: a fused multiply-add counts as two, as everybody counts it. */
export const FP32_OPERATIONS_PER_TRIP = CHAINS * ROUNDS_PER_TRIP * 2;

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);
/**
 * What thread `index` of fp32-chain.ptx answers.
 *
 * `fma.rn.f32` rounds y × y + k once, to single precision; here it is rounded to double precision and then to single. That is the
 * same for every y and k of these chains: from |y| ≥ 2⁻³ on the sum is exact in a double, and below it no single y brings the
 * double just onto the middle between two singles, which verify-fp32.test.ts looks through one by one.
 */
export function fp32ValueOf(index: number, seed: number, trips: number): number {
  let value = 0;
  for (let chain = 0; chain < CHAINS; chain += 1) {
    const start = mix32((seed + index * CHAINS + chain) >>> 0);
    let y = singleOf((start & 0x007fffff) | 0x3f800000) - 1.5;
    const k = singleOf((mix32((start + 0x9e3779b9) >>> 0) & 0x001fffff) | 0xbfe00000);
    for (let step = trips * ROUNDS_PER_TRIP; step > 0; step -= 1) y = Math.fround(y * y + k);
    float[0] = y;
    value = (Math.imul(value, 31) + (floatBits[0] ?? 0)) >>> 0;
  }
  return value;
}

function singleOf(bits: number): number {
  floatBits[0] = bits;
  return float[0] ?? 0;
}
