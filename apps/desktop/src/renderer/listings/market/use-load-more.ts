import { useEffect } from 'react';

/** So many rows before the end the next page is asked for: it is there before anybody scrolls to it. */
const ROWS_AHEAD = 20;

/** Asks for the next page when the last row in the page comes near the end of what is there. */
export function useLoadMore(
  lastIndex: number | undefined,
  count: number,
  hasMore: boolean,
  loadMore: () => void,
): void {
  const near = lastIndex !== undefined && lastIndex >= count - ROWS_AHEAD;
  useEffect(() => {
    if (near && hasMore) loadMore();
  }, [near, hasMore, loadMore, count]);
}
