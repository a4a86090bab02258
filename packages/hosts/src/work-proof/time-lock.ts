import { generatePrime } from 'node:crypto';

/** A modulus whose factors only we know, so that we can tell the answer of any puzzle over it at once. */
export interface TimeLock {
  readonly modulus: bigint;
  /** base^(2^squarings) mod modulus, by the short way. */
  answer(base: bigint, squarings: number): bigint;
}

/** Two primes of 512 bits: nobody factors their product within the seconds that a check takes. */
const PRIME_BITS = 512;

/**
 * Makes a fresh time lock: R. L. Rivest, A. Shamir, D. A. Wagner, “Time-lock puzzles and timed-release crypto”, MIT/LCS/TR-684, 1996.
 * Whoever does not know the factors has to square one time after another, on however many processors; whoever does reduces the
 * exponent 2^T modulo p − 1 and q − 1 (Fermat) and is done in milliseconds.
 */
export async function createTimeLock(): Promise<TimeLock> {
  const [p, q] = await Promise.all([randomPrime(), randomPrime()]);
  return timeLockOf(p, q);
}

/** The time lock of two different primes. */
export function timeLockOf(p: bigint, q: bigint): TimeLock {
  const pInverse = powerModulo(p, q - 2n, q);
  return {
    modulus: p * q,
    answer(base, squarings) {
      const modP = powerModulo(base, powerModulo(2n, BigInt(squarings), p - 1n), p);
      const modQ = powerModulo(base, powerModulo(2n, BigInt(squarings), q - 1n), q);
      // The Chinese remainder theorem in Garner's form.
      const factor = ((modQ - (modP % q) + q) * pInverse) % q;
      return modP + p * factor;
    },
  };
}

async function randomPrime(): Promise<bigint> {
  return new Promise((resolve, reject) => {
    generatePrime(PRIME_BITS, { bigint: true }, (error, prime) => {
      // Node says undefined where its types say null.
      if (error instanceof Error) reject(error);
      else resolve(prime);
    });
  });
}

function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
