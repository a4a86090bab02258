import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import {
  draftOf,
  sameSearch,
  searchOf,
  type MarketDraft,
  type MarketErrors,
  type MarketSearch,
} from './market-search.ts';

/** So long after the last letter the search is asked: most words are typed faster than that, and nobody waits for it. */
const TYPING_PAUSE_MS = 180;

/**
 * The fields of the market. What is typed is there at once; the address follows after a short pause, and an address that
 * changes by itself (back, a saved search, a link) fills the fields anew.
 */
export function useMarketDraft(
  search: MarketSearch,
  onSearch: (search: MarketSearch) => void,
): {
  readonly draft: MarketDraft;
  readonly errors: MarketErrors;
  readonly change: (change: Partial<MarketDraft>) => void;
} {
  const [draft, setDraft] = useState(() => draftOf(search));
  const sent = useRef(search);
  const timer = useRef<number | undefined>(undefined);
  const latest = useRef({ draft, onSearch });
  useEffect(() => {
    latest.current = { draft, onSearch };
  });

  useEffect(() => {
    if (sameSearch(search, sent.current)) return;
    window.clearTimeout(timer.current);
    sent.current = search;
    setDraft(draftOf(search));
  }, [search]);

  useEffect(() => () => window.clearTimeout(timer.current), []);

  const change = useCallback((part: Partial<MarketDraft>): void => {
    const next = { ...latest.current.draft, ...part };
    latest.current = { ...latest.current, draft: next };
    setDraft(next);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      sent.current = searchOf(next).search;
      latest.current.onSearch(sent.current);
    }, TYPING_PAUSE_MS);
  }, []);

  const errors = useMemo(() => searchOf(draft).errors, [draft]);
  return { draft, errors, change };
}
