import { mix32 } from './mix32.ts';

/** Words that a thread takes at once: one load of 16 bytes (memory-sweep.ptx). */
const WORDS_AT_ONCE = 4;

/** How a buffer came about: filled from a seed, then passed through `word × mult + add` so many times. */
export interface MemoryContent {
  readonly seed: number;
  readonly words: number;
  readonly passes: number;
}

/** What thread `index` of `threads` answers when memory_fold reads such a buffer. */
export function memoryValueOf(index: number, threads: number, { passes, seed, words }: MemoryContent): number {
  const { add, mult } = passesAsOne(seed, passes);
  let value = 0;
  for (let at = index * WORDS_AT_ONCE; at < words; at += threads * WORDS_AT_ONCE) {
    for (let word = 0; word < WORDS_AT_ONCE; word += 1) {
      const content = Math.imul(mix32((seed + at + word) >>> 0), mult) + add;
      value = (Math.imul(value, 31) + content) >>> 0;
    }
  }
  return value;
}

/** One pass after another is again word × mult + add, modulo 2³². The factors are gpu-probe.py's. */
function passesAsOne(seed: number, passes: number): { readonly mult: number; readonly add: number } {
  const factor = (seed | 1) >>> 0;
  const summand = (seed ^ 0x5bd1e995) >>> 0;
  let mult = 1;
  let add = 0;
  for (let pass = 0; pass < passes; pass += 1) {
    mult = Math.imul(mult, factor) >>> 0;
    add = (Math.imul(add, factor) + summand) >>> 0;
  }
  return { mult, add };
}
