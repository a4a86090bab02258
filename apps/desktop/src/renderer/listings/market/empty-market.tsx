import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { useTRPC } from '../../api/trpc.ts';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { filterOf, withoutFields, type ActiveFilter, type MarketSearch } from './market-search.ts';

/** So many filters are tried one by one; each is one small question. */
const TRIED_MAX = 10;

/** Nothing fits: tries the search without each of its filters and says which one is in the way. */
export function EmptyMarket({
  search,
  active,
  onSearch,
}: {
  readonly search: MarketSearch;
  readonly active: readonly ActiveFilter[];
  readonly onSearch: (search: MarketSearch) => void;
}) {
  const trpc = useTRPC();
  const tried = active.slice(0, TRIED_MAX).map((filter) => ({ filter, search: withoutFields(search, filter.fields) }));
  const answers = useQueries({
    queries: tried.map((attempt) =>
      trpc.listings.search.queryOptions(
        { limit: 1, filter: filterOf(attempt.search, Date.now()) },
        { meta: { passing: true } },
      ),
    ),
  });
  if (active.length === 0) {
    return (
      <EmptyState
        icon={<SearchX aria-hidden />}
        title="No machine is on the market at the moment."
        action={
          <Link to="/machines/connect" className={buttonClasses({ variant: 'primary' })}>
            Connect a machine
          </Link>
        }
      >
        Come back later, or offer one of your own.
      </EmptyState>
    );
  }
  const helpful = tried.filter((_, index) => (answers[index]?.data?.items.length ?? 0) > 0);
  const waiting = answers.some(({ isPending }) => isPending);
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title="No machine fits all of it."
      action={
        <Button variant={helpful.length === 0 ? 'primary' : 'secondary'} onClick={() => onSearch({})}>
          Clear all filters
        </Button>
      }
    >
      <div role="status">
        {helpful.length > 0 && (
          <>
            <p className="mb-2">There are offers as soon as you take one of these away:</p>
            <ul className="flex flex-wrap justify-center gap-2">
              {helpful.map((attempt) => (
                <li key={attempt.filter.label}>
                  <Button size="sm" variant="primary" onClick={() => onSearch(attempt.search)}>
                    Without {attempt.filter.label}
                  </Button>
                </li>
              ))}
            </ul>
          </>
        )}
        {helpful.length === 0 &&
          (waiting ? 'Looking which filter is in the way …' : 'Taking one filter away is not enough: loosen several.')}
      </div>
    </EmptyState>
  );
}
