import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Button, buttonClasses } from '../../ui/button.tsx';
import { COMPARED_MAX, type Compared } from '../compare/compare-selection.ts';
import { compareSelection } from './market-stores.ts';

function useCompared(): readonly Compared[] {
  return useSyncExternalStore(compareSelection.subscribe, compareSelection.get);
}

/** Ticks a listing for comparing. */
export function CompareTick({ id, title }: Compared) {
  const compared = useCompared();
  const ticked = compared.some((other) => other.id === id);
  const full = !ticked && compared.length >= COMPARED_MAX;
  return (
    <input
      type="checkbox"
      className="block size-4 shrink-0 accent-primary"
      aria-label={`Compare ${title}`}
      title={full ? `At most ${String(COMPARED_MAX)} can be compared` : 'Compare'}
      checked={ticked}
      disabled={full}
      onChange={() => compareSelection.toggle({ id, title })}
    />
  );
}

/** What is ticked, at the lower edge of the screen. */
export function CompareBar() {
  const compared = useCompared();
  if (compared.length === 0) return null;
  return (
    <section
      aria-label="Compare"
      className="sticky bottom-4 z-20 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border bg-surface-raised px-4 py-3 shadow-lg"
    >
      <p className="text-sm font-medium" role="status">
        {compared.length} of {COMPARED_MAX} to compare
      </p>
      <ul className="flex min-w-0 grow flex-wrap gap-1.5">
        {compared.map((listing) => (
          <li
            key={listing.id}
            className="flex max-w-36 items-center gap-1 rounded-md bg-muted py-0.5 pr-0.5 pl-2 text-[13px]"
          >
            <span className="truncate">{listing.title}</span>
            <button
              type="button"
              className="rounded p-0.5 hover:bg-surface"
              aria-label={`Do not compare ${listing.title}`}
              onClick={() => compareSelection.toggle(listing)}
            >
              <X className="size-3.5" aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <Button size="sm" variant="ghost" onClick={() => compareSelection.clear()}>
        Clear
      </Button>
      {compared.length > 1 ? (
        <Link
          to="/compare"
          search={{ ids: compared.map(({ id }) => id) }}
          className={buttonClasses({ variant: 'primary', size: 'sm' })}
        >
          Compare
        </Link>
      ) : (
        <span className="text-[13px] text-muted-foreground">Tick one more to compare.</span>
      )}
    </section>
  );
}
