/** Where one way of finding a page ends and the next one begins (ADR 0017). */
export type SearchWays = {
  /** Rows that are looked at in their order before anything else is tried. */
  readonly aheadMax: number;
  /** Units that are free in the window, up to which they are looked up and sorted. */
  readonly freeMax: number;
  /** Rows that meet the conditions, up to which they are found by their indexes and sorted. */
  readonly matchingMax: number;
  /** Kinds of GPUs, up to which the order is put together from theirs. Each is a scan more to plan. */
  readonly kindsMax: number;
  /** Models of GPUs on the market, up to which a typed model is looked up among them; there are a few hundred in the world. */
  readonly modelsMax: number;
  /** Regions on the market, up to which a typed region is looked up among them; providers type theirs freely. */
  readonly regionsMax: number;
  /** Whole words that a typed word stands for, up to which the rows of each are looked up. */
  readonly wholeWordsMax: number;
};

export const SEARCH_WAYS: SearchWays = {
  aheadMax: 2_000,
  freeMax: 5_000,
  matchingMax: 10_000,
  kindsMax: 16,
  modelsMax: 1_000,
  regionsMax: 300,
  wholeWordsMax: 500,
};
