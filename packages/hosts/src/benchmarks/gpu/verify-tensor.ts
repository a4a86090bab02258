import { mix32 } from './mix32.ts';

/** Of tensor-chain.ptx: a warp multiplies 2 left tiles of 16×16 by 8 right tiles of 16×8. */
const LANES = 32;
const LEFT_TILES = 2;
const LEFT_REGISTERS = 4;
const RIGHT_TILES = 8;
const RIGHT_REGISTERS = 2;
const INNER = 16;
/** Numbers that one lane takes from the seed, the last of them for its generator. */
const SEEDS_PER_LANE = 32;
const STATE_SEED = LEFT_TILES * LEFT_REGISTERS + RIGHT_TILES * RIGHT_REGISTERS;
/** A lane's generator moves once for each left register, and once for the right tiles. */
const MOVES_PER_TRIP = LEFT_TILES * LEFT_REGISTERS + 1;

/** Floating-point operations of one warp in one trip: a multiplication and an addition for each pair of elements. */
export const TENSOR_OPERATIONS_PER_WARP_TRIP = LEFT_TILES * RIGHT_TILES * 16 * 8 * INNER * 2;

const ones = Uint8Array.from({ length: 2 ** INNER }, (_, bits) => {
  let count = 0;
  for (let rest = bits; rest > 0; rest >>>= 1) count += rest & 1;
  return count;
});

/**
 * What thread `index` of tensor-chain.ptx answers. All elements are +1 or -1, so a row or column is sixteen signs in the bits of a
 * number, and the product of two is sixteen less twice the places in which they differ.
 *
 * PTX ISA, Matrix Fragments for mma.m16n8k16 (.f16): with group = lane / 4 and member = lane % 4, element i of C lies in row
 * group (+ 8 for i ≥ 2) and column 2 × member + i % 2; element i of A in row group (+ 8 for i = 2, 3, 6, 7) and column
 * 2 × member + i % 2 (+ 8 for i ≥ 4); element i of B in row 2 × member + i % 2 (+ 8 for i ≥ 2) and column group. A register holds
 * two neighbouring elements, the first in its low half.
 *
 * So one lane's sums are of rows `group` and `group + 8`, which the four lanes of its own group hold, and of two columns, which the
 * lanes of the groups of that number hold.
 */
export function tensorValueOf(index: number, seed: number, trips: number): number {
  const lane = index % LANES;
  const quarter = (group: number): number[] => [0, 1, 2, 3].map((member) => index - lane + group * 4 + member);
  const left = new LeftRows(quarter(Math.floor(lane / 4)), seed);
  const right = [0, 1].map((one) => new RightColumn(quarter(2 * (lane % 4) + one), seed));
  const sums = new Int32Array(LEFT_TILES * RIGHT_TILES * 4);
  for (let trip = 0; trip < trips; trip += 1) {
    left.move();
    for (const column of right) column.move();
    let sum = 0;
    for (let leftTile = 0; leftTile < LEFT_TILES; leftTile += 1) {
      for (let rightTile = 0; rightTile < RIGHT_TILES; rightTile += 1) {
        for (let element = 0; element < 4; element += 1) {
          const row = left.rows[leftTile * 2 + (element >> 1)] ?? 0;
          const column = right[element & 1]?.signsOf(rightTile) ?? 0;
          sums[sum] = (sums[sum] ?? 0) + INNER - 2 * (ones[row ^ column] ?? 0);
          sum += 1;
        }
      }
    }
  }
  return sums.reduce((value, one) => (Math.imul(value, 31) + one) >>> 0, 0);
}

/** Rows `group` and `group + 8` of both left tiles, from the four lanes that hold them. Bit k of a row is the sign in column k. */
class LeftRows {
  /** By tile, then upper row first. */
  readonly rows = new Int32Array(LEFT_TILES * 2);
  readonly #states: Uint32Array;

  constructor(threads: readonly number[], seed: number) {
    this.#states = Uint32Array.from(threads, (thread) => seedOf(thread, seed, STATE_SEED));
    for (const [member, thread] of threads.entries()) {
      for (let register = 0; register < LEFT_TILES * LEFT_REGISTERS; register += 1) {
        this.#flip(member, register, seedOf(thread, seed, register));
      }
    }
  }

  move(): void {
    for (let member = 0; member < 4; member += 1) {
      let state = this.#states[member] ?? 0;
      for (let register = 0; register < LEFT_TILES * LEFT_REGISTERS; register += 1) {
        state = next(state);
        this.#flip(member, register, state);
      }
      this.#states[member] = next(state);
    }
  }

  /** Registers 0 and 2 are of the upper row, 1 and 3 of the lower; 2 and 3 lie eight columns further on. */
  #flip(member: number, register: number, bits: number): void {
    const row = (register >> 2) * 2 + (register & 1);
    const column = 2 * member + (register & 2 ? 8 : 0);
    this.rows[row] = (this.rows[row] ?? 0) ^ (signsIn(bits) << column);
  }
}

/** One column of all eight right tiles, from the four lanes that hold it. Bit k is the sign in row k. */
class RightColumn {
  readonly #states: Uint32Array;
  readonly #start: readonly number[];
  #flips = 0;

  constructor(threads: readonly number[], seed: number) {
    this.#states = Uint32Array.from(threads, (thread) => seedOf(thread, seed, STATE_SEED));
    this.#start = Array.from({ length: RIGHT_TILES }, (_, tile) => {
      let signs = 0;
      for (const [member, thread] of threads.entries()) {
        for (let register = 0; register < RIGHT_REGISTERS; register += 1) {
          const number = LEFT_TILES * LEFT_REGISTERS + tile * RIGHT_REGISTERS + register;
          signs ^= signsIn(seedOf(thread, seed, number)) << (2 * member + 8 * register);
        }
      }
      return signs;
    });
  }

  /** The first register of every tile is flipped by one and the same number. */
  move(): void {
    for (let member = 0; member < 4; member += 1) {
      let state = this.#states[member] ?? 0;
      for (let move = 0; move < MOVES_PER_TRIP; move += 1) state = next(state);
      this.#states[member] = state;
      this.#flips ^= signsIn(state) << (2 * member);
    }
  }

  signsOf(tile: number): number {
    return (this.#start[tile] ?? 0) ^ this.#flips;
  }
}

function seedOf(thread: number, seed: number, number: number): number {
  return mix32((seed + thread * SEEDS_PER_LANE + number) >>> 0);
}

/** The signs of the two halves of a register: bit 15 and bit 31. */
function signsIn(bits: number): number {
  return ((bits >>> 15) & 1) | ((bits >>> 30) & 2);
}

function next(state: number): number {
  return (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
}
