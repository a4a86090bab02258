import { listingSorts } from '@rsm/domain/listings/listing-repository';
import type { AccessMode } from '@rsm/domain/machines/machine';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { useServerInfo } from '../auth/use-server-info.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { accessModeWords } from '../format/words.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Page } from '../ui/page.tsx';
import { ErrorNote, Loading } from '../ui/states.tsx';
import { ActiveFilters } from './market/active-filters.tsx';
import { CompareBar } from './market/compare-bar.tsx';
import { EmptyMarket } from './market/empty-market.tsx';
import { diskKindWords } from './market/listing-words.ts';
import { FilterPanel } from './market/filter-panel.tsx';
import { MarketCards } from './market/market-cards.tsx';
import {
  activeFilters,
  filterOf,
  marketFields,
  withoutFields,
  type MarketSearch,
  type SearchedDiskKind,
} from './market/market-search.ts';
import { readQuery } from './market/market-query.ts';
import { MarketTable } from './market/market-table.tsx';
import { MarketToolbar } from './market/market-toolbar.tsx';
import { SavedSearchesButton } from './market/saved-searches-dialog.tsx';
import { useMarketDraft } from './market/use-market-draft.ts';
import { useMediaQuery } from './market/use-media-query.ts';

const PAGE_ROWS = 100;
const KEPT_ROWS_MAX = 200;
const CURRENCY_BEFORE_KNOWN = 'EUR';

interface MarketAddress extends MarketSearch {
  readonly sort?: string | undefined;
  readonly view?: 'table' | 'cards' | undefined;
}

/** The market: everything that can be booked, narrowed down while typing. Needs no account. */
export function MarketScreen() {
  const { sort: sortText, view, ...search }: MarketAddress = useSearch({ from: '/shell/' });
  const navigate = useNavigate({ from: '/' });
  const trpc = useTRPC();
  const { data: server } = useServerInfo();
  const { data: facets } = useQuery(trpc.listings.facets.queryOptions());
  const currency = server?.currency ?? CURRENCY_BEFORE_KNOWN;
  const [filtersOpen, setFiltersOpen] = useState(false);
  const isWide = useMediaQuery('(min-width: 64rem)');
  const fitsTable = useMediaQuery('(min-width: 48rem)');
  const shownView = view ?? (fitsTable ? 'table' : 'cards');

  const onSearch = useCallback(
    (next: MarketSearch) => {
      detached(
        navigate({
          search: (old: MarketAddress) => ({ sort: old.sort, view: old.view, ...next }),
          replace: true,
          resetScroll: false,
        }),
      );
    },
    [navigate],
  );
  const toAddress = (change: Pick<MarketAddress, 'sort' | 'view'>): void =>
    detached(navigate({ search: (old: MarketAddress) => ({ ...old, ...change }), replace: true, resetScroll: false }));
  const { draft, errors, change } = useMarketDraft(search, onSearch);
  const { errors: queryErrors } = useMemo(() => readQuery(draft.q, Date.now()), [draft.q]);
  // An order that is typed counts before the one that was chosen.
  const typedSort = useMemo(() => readQuery(search.q ?? '', Date.now()).sort, [search.q]);
  const sort = typedSort ?? listingSorts.find((known) => known === sortText) ?? 'price_ascending';
  const choices = useMemo(
    () => ({
      gpuModels: facets?.gpuModels.map(({ value }) => value) ?? [],
      regions: facets?.regions.map(({ value }) => value) ?? [],
    }),
    [facets],
  );

  const words = useMemo(
    () => ({
      accessMode: (mode: AccessMode) => accessModeWords[mode],
      diskKind: (kind: SearchedDiskKind) => diskKindWords[kind],
      money: (amount: string) => formatMoney(amount, currency),
      time: formatDateTime,
    }),
    [currency],
  );
  const active = activeFilters(search, words);
  const describe = (some: MarketSearch): string =>
    activeFilters(some, words)
      .map(({ label }) => label)
      .join(', ');

  // Typing stays smooth while a long result is drawn: the result may lag behind the letters.
  const searchKey = useDeferredValue(JSON.stringify(marketFields.map((field) => search[field] ?? null)));
  const filter = useMemo(() => filterOf(search, Date.now()), [searchKey]);
  // A long result is not kept for later: writing it down again with each page would cost more than drawing it.
  const [isLong, setLong] = useState(false);
  const query = useInfiniteQuery(
    trpc.listings.search.infiniteQueryOptions(
      { limit: PAGE_ROWS, filter, sort },
      {
        getNextPageParam: (page) => page.nextCursor,
        placeholderData: keepPreviousData,
        refetchOnWindowFocus: false,
        // By the filter that this query has: while typing, the address is ahead of it.
        meta: { passing: Object.keys(filter).length > 0 || isLong },
      },
    ),
  );
  // Only a number beside the result: it may come later, or not at all.
  const { data: counted } = useQuery(
    trpc.listings.facets.queryOptions({ filter }, { placeholderData: keepPreviousData, meta: { passing: true } }),
  );
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  useEffect(() => setLong(items.length > KEPT_ROWS_MAX), [items.length]);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) detached(fetchNextPage());
  }, [fetchNextPage, isFetchingNextPage]);

  const panel = <FilterPanel draft={draft} errors={errors} change={change} currency={currency} facets={facets} />;
  const isLooking = query.isPlaceholderData || query.isPending;
  const result = { items, hasMore: hasNextPage, loadMore };
  return (
    <Page
      title="Market"
      description="Hardware is read from the machine and speed is measured; only the region is declared by the provider."
      wide
    >
      <div className="flex items-start gap-6">
        {isWide && (
          <aside
            aria-label="Filters"
            className="sticky top-6 max-h-[calc(100vh-3rem)] w-60 shrink-0 overflow-y-auto rounded-lg border bg-surface p-4"
          >
            {panel}
          </aside>
        )}
        <div className="flex min-w-0 grow flex-col gap-3">
          <MarketToolbar
            text={draft.q}
            queryErrors={queryErrors}
            choices={choices}
            onText={(q) => change({ q })}
            onFilters={isWide ? null : () => setFiltersOpen(true)}
            activeCount={active.length}
            sort={sort}
            onSort={(next) => toAddress({ sort: next })}
            view={shownView}
            onView={(next) => toAddress({ view: next })}
          >
            <SavedSearchesButton search={search} describe={describe} onOpen={onSearch} />
          </MarketToolbar>
          <ActiveFilters
            active={active}
            onRemove={(fields) => onSearch(withoutFields(search, fields))}
            onClear={() => onSearch({})}
          />
          <div className="flex flex-wrap justify-between gap-x-6 text-[13px] text-muted-foreground">
            <p role="status">{isLooking ? 'Looking …' : countWords(items.length, hasNextPage, counted)}</p>
            {items.length > 0 && <p>Per 1000 CPU points = price per hour ÷ measured CPU score × 1000.</p>}
          </div>
          {query.error !== null && <ErrorNote error={query.error} onRetry={() => detached(query.refetch())} />}
          {query.isPending && query.error === null && <Loading label="Looking for machines" rows={6} />}
          {query.data !== undefined &&
            (items.length > 0 ? (
              shownView === 'table' ? (
                <MarketTable {...result} sort={sort} />
              ) : (
                <MarketCards {...result} />
              )
            ) : (
              !query.isPlaceholderData && <EmptyMarket search={search} active={active} onSearch={onSearch} />
            ))}
          {isFetchingNextPage && (
            <p role="status" className="text-center text-[13px] text-muted-foreground">
              Loading more …
            </p>
          )}
          <CompareBar />
        </div>
      </div>
      <Dialog
        open={filtersOpen && !isWide}
        onOpenChange={setFiltersOpen}
        title="Filters"
        footer={
          <>
            <Button onClick={() => onSearch({})}>Clear all</Button>
            <Button variant="primary" onClick={() => setFiltersOpen(false)}>
              {isLooking ? 'Show' : `Show ${countWords(items.length, hasNextPage, counted)}`}
            </Button>
          </>
        }
      >
        {panel}
      </Dialog>
    </Page>
  );
}

function countWords(
  shown: number,
  hasMore: boolean,
  counted: { readonly total: number; readonly isPart: boolean } | undefined,
): string {
  if (!hasMore) return `${String(shown)} ${shown === 1 ? 'machine' : 'machines'}`;
  if (counted === undefined || counted.total < shown) return `${String(shown)} machines and more`;
  return `${counted.total.toLocaleString('en-US')}${counted.isPart ? '+' : ''} machines`;
}
