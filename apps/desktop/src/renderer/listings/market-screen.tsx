import { listingSorts, type ListingSort } from '@rsm/domain/listings/listing-repository';
import type { AccessMode } from '@rsm/domain/machines/machine';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { LayoutGrid, Search, SlidersHorizontal, Table2, X } from 'lucide-react';
import { useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { formatDateTime } from '../format/time.ts';
import { accessModeWords } from '../format/words.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input, Select } from '../ui/field.tsx';
import { Page } from '../ui/page.tsx';
import { ErrorNote, Loading } from '../ui/states.tsx';
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
import { MarketTable } from './market/market-table.tsx';
import { SavedSearchesButton } from './market/saved-searches-dialog.tsx';
import { useMarketDraft } from './market/use-market-draft.ts';
import { useMediaQuery } from './market/use-media-query.ts';

const PAGE_ROWS = 100;
const KEPT_ROWS_MAX = 200;
const CURRENCY_BEFORE_KNOWN = 'EUR';

const sortWords: Readonly<Record<ListingSort, string>> = {
  price_ascending: 'Cheapest first',
  score_descending: 'Fastest processor first',
  price_per_score_ascending: 'Cheapest per CPU point',
  newest: 'Newest first',
};

interface MarketAddress extends MarketSearch {
  readonly sort?: string | undefined;
  readonly view?: 'table' | 'cards' | undefined;
}

/** The market: everything that can be booked, narrowed down while typing. Needs no account. */
export function MarketScreen() {
  const { sort: sortText, view, ...search }: MarketAddress = useSearch({ from: '/shell/' });
  const sort = listingSorts.find((known) => known === sortText) ?? 'price_ascending';
  const navigate = useNavigate({ from: '/' });
  const trpc = useTRPC();
  const { data: server } = useQuery(trpc.server.info.queryOptions());
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
  const { draft, errors, change } = useMarketDraft(search, onSearch);

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
        meta: { passing: active.length > 0 || isLong },
      },
    ),
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
          <div className="flex flex-wrap items-center gap-2">
            <div className="relative min-w-44 grow">
              <Search className="absolute top-2.5 left-3 size-4 text-muted-foreground" aria-hidden />
              <Input
                type="search"
                aria-label="Search the market"
                placeholder="Title, processor, GPU, region …"
                className="pl-9"
                autoComplete="off"
                spellCheck={false}
                value={draft.q}
                aria-invalid={errors.q === undefined ? undefined : true}
                onChange={(event) => change({ q: event.target.value })}
              />
            </div>
            {!isWide && (
              <Button onClick={() => setFiltersOpen(true)}>
                <SlidersHorizontal aria-hidden />
                Filters{active.length > 0 && ` (${String(active.length)})`}
              </Button>
            )}
            <Select
              aria-label="Sort"
              className="w-44 grow-0"
              value={sort}
              onChange={(event) =>
                detached(
                  navigate({ search: (old: MarketAddress) => ({ ...old, sort: event.target.value }), replace: true }),
                )
              }
            >
              {listingSorts.map((known) => (
                <option key={known} value={known}>
                  {sortWords[known]}
                </option>
              ))}
            </Select>
            <SavedSearchesButton search={search} describe={describe} onOpen={onSearch} />
            <div role="group" aria-label="Show as" className="flex">
              {(['table', 'cards'] as const).map((kind) => (
                <Button
                  key={kind}
                  size="icon"
                  variant={shownView === kind ? 'secondary' : 'ghost'}
                  aria-pressed={shownView === kind}
                  aria-label={kind === 'table' ? 'Table' : 'Cards'}
                  title={kind === 'table' ? 'Table' : 'Cards'}
                  onClick={() =>
                    detached(navigate({ search: (old: MarketAddress) => ({ ...old, view: kind }), replace: true }))
                  }
                >
                  {kind === 'table' ? <Table2 aria-hidden /> : <LayoutGrid aria-hidden />}
                </Button>
              ))}
            </div>
          </div>
          {errors.q !== undefined && <p className="text-[13px] text-danger">{errors.q}</p>}
          {active.length > 0 && (
            <ul aria-label="What narrows the result down" className="flex flex-wrap items-center gap-1.5">
              {active.map(({ fields, label }) => (
                <li key={label}>
                  <button
                    type="button"
                    className="flex items-center gap-1 rounded-full bg-primary-soft py-0.5 pr-1.5 pl-2.5 text-[13px] text-primary-text hover:underline"
                    aria-label={`Take away: ${label}`}
                    onClick={() => onSearch(withoutFields(search, fields))}
                  >
                    {label}
                    <X className="size-3.5" aria-hidden />
                  </button>
                </li>
              ))}
              <li>
                <Button size="sm" variant="link" onClick={() => onSearch({})}>
                  Clear all
                </Button>
              </li>
            </ul>
          )}
          <div className="flex flex-wrap justify-between gap-x-6 text-[13px] text-muted-foreground">
            <p role="status">{isLooking ? 'Looking …' : countWords(items.length, hasNextPage)}</p>
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
              {isLooking ? 'Show' : `Show ${countWords(items.length, hasNextPage)}`}
            </Button>
          </>
        }
      >
        {panel}
      </Dialog>
    </Page>
  );
}

function countWords(count: number, hasMore: boolean): string {
  if (hasMore) return `${String(count)} machines and more`;
  return `${String(count)} ${count === 1 ? 'machine' : 'machines'}`;
}
