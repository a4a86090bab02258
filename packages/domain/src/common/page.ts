/** A keyset page: `nextCursor` is opaque to callers and null on the last page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface PageRequest {
  readonly limit: number;
  readonly cursor: string | null;
}

/** The most rows any page holds, whoever asks. */
export const PAGE_LIMIT_MAX = 100;
