import { useQueries } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Scale } from 'lucide-react';
import { toClientError } from '../api/client-error.ts';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';
import { EmptyState, ErrorNote, Loading } from '../ui/states.tsx';
import { COMPARED_MAX } from './compare/compare-selection.ts';
import { compareSelection } from './market/market-stores.ts';
import { CompareTable } from './compare/compare-table.tsx';

/** Up to four listings side by side. */
export function CompareScreen() {
  const { ids }: { readonly ids?: readonly string[] } = useSearch({ from: '/shell/compare' });
  const wanted = [...new Set(ids)];
  const navigate = useNavigate({ from: '/compare' });
  const trpc = useTRPC();
  const queries = useQueries({ queries: wanted.map((id) => trpc.listings.get.queryOptions({ id })) });
  const details = queries.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const remove = (gone: readonly string[]): void =>
    detached(navigate({ search: { ids: wanted.filter((id) => !gone.includes(id)) }, replace: true }));
  const missing = wanted.filter((_, index) => {
    const error = queries[index]?.error ?? null;
    return error !== null && toClientError(error).code === 'not_found';
  });
  const failed = queries.find(({ error }) => error !== null && toClientError(error).code !== 'not_found');
  const addLink = (
    <Link
      to="/"
      className={buttonClasses({ variant: 'secondary' })}
      // The market shows what is compared here, so that the next one can be ticked there.
      onClick={() => compareSelection.replace(details.map(({ listing }) => ({ id: listing.id, title: listing.title })))}
    >
      {wanted.length < COMPARED_MAX ? 'Add from the market' : 'Choose others'}
    </Link>
  );
  return (
    <Page
      title="Compare"
      description={`Up to ${String(COMPARED_MAX)} machines. Read and measured values; only the region is declared.`}
      actions={addLink}
      wide
    >
      {missing.length > 0 && (
        <div role="status" className="flex flex-wrap items-center gap-3 rounded-md bg-warning-soft px-4 py-3 text-sm">
          <span>
            {missing.length === 1 ? 'One listing is' : `${String(missing.length)} listings are`} no longer on the
            market.
          </span>
          <Button size="sm" onClick={() => remove(missing)}>
            Take out
          </Button>
        </div>
      )}
      {failed !== undefined && <ErrorNote error={failed.error} onRetry={() => detached(failed.refetch())} />}
      {details.length > 0 ? (
        <CompareTable details={details} onRemove={(id) => remove([id])} />
      ) : queries.some(({ isPending, error }) => isPending && error === null) ? (
        <Loading rows={6} />
      ) : (
        failed === undefined && (
          <EmptyState
            icon={<Scale aria-hidden />}
            title="Nothing to compare yet."
            action={
              <Link to="/" className={buttonClasses({ variant: 'primary' })}>
                Go to the market
              </Link>
            }
          >
            Tick up to {COMPARED_MAX} machines on the market, then choose “Compare” at its lower edge.
          </EmptyState>
        )
      )}
    </Page>
  );
}
