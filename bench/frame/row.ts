import type { Spread } from './spread.ts';

/** What a figure is to reach. `of` says whether the figure itself is meant or its ratio to what stands beside it. */
export interface Goal {
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly of: 'figure' | 'ratio';
}

/** One line of the table. */
export interface Figure {
  readonly what: string;
  /** Such as `ms`, `/s`, `KB`; after the number. */
  readonly unit: string;
  readonly measured: Spread;
  /** What it is held against, measured in the same run, in turns. */
  readonly beside?: { readonly what: string; readonly measured: Spread };
  /** Measured by beside, of neighbouring rounds. */
  readonly ratio?: Spread;
  /** Several only where the design names several for one figure. */
  readonly goals: readonly Goal[];
}

export interface RowContext {
  /** Everything once and small: shows that the row runs, and says nothing about speed. */
  readonly quick: boolean;
  /** Sizes of the market for the search row. */
  readonly sizes: readonly number[];
  readonly say: (line: string) => void;
}

/** One row of `npm run bench`: a module that exports one of these, named in `rows.ts`. */
export interface Row {
  readonly name: string;
  /** What it shows, for the table. */
  readonly title: string;
  /** Measures; it leaves nothing running and nothing on the disk. @throws when it can't be measured here */
  readonly run: (context: RowContext) => Promise<readonly Figure[]>;
}

/** A figure held against another one, each measured once per round in turns: the ratio is of neighbouring rounds. */
export function besideOf(rounds: readonly { readonly product: number; readonly beside: number }[]): {
  readonly product: readonly number[];
  readonly beside: readonly number[];
  readonly ratio: readonly number[];
} {
  return {
    product: rounds.map(({ product }) => product),
    beside: rounds.map(({ beside }) => beside),
    ratio: rounds.map(({ product, beside }) => product / beside),
  };
}
