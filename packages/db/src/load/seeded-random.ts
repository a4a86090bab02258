/** Chance from a number: the same seed gives the same market (mulberry32). Good enough for data, not for secrets. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** From 0 to just below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 to just below `max`. */
  below(max: number): number {
    return Math.floor(this.next() * max);
  }

  /** A member of a list; the first ones come up most, as in Zipf's law, the more the larger `skew`. */
  skewed<Value>(values: readonly Value[], skew = 2): Value {
    const value = values[Math.floor(values.length * this.next() ** skew)];
    if (value === undefined) throw new RangeError('There is nothing to choose from.');
    return value;
  }

  /** A UUIDv7 (RFC 9562, 5.7) of that millisecond. */
  id(atMs: number): string {
    const time = atMs.toString(16).padStart(12, '0');
    const word = (): string => this.below(0x1_00_00).toString(16).padStart(4, '0');
    const version = (0x7000 | this.below(0x1000)).toString(16);
    const variant = (0x8000 | this.below(0x4000)).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-${word()}${word()}${word()}`;
  }
}
