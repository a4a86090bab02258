import { listingSorts, type ListingSort } from '@rsm/domain/listings/listing-repository';
import { LayoutGrid, Search, SlidersHorizontal, Table2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Input, Select } from '../../ui/field.tsx';

const sortWords: Readonly<Record<ListingSort, string>> = {
  price_ascending: 'Cheapest first',
  score_descending: 'Fastest processor first',
  price_per_score_ascending: 'Cheapest per CPU point',
  reliability_descending: 'Most reliable first',
  newest: 'Newest first',
};

const VIEWS = ['table', 'cards'] as const;
type View = (typeof VIEWS)[number];
const viewWords: Readonly<Record<View, string>> = { table: 'Table', cards: 'Cards' };

interface MarketToolbarProps {
  readonly text: string;
  readonly hasTextError: boolean;
  readonly onText: (text: string) => void;
  /** Opens the filters; null where they stand beside the result. */
  readonly onFilters: (() => void) | null;
  readonly activeCount: number;
  readonly sort: ListingSort;
  readonly onSort: (sort: string) => void;
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly children: ReactNode;
}

/** Text, order and form of the result. */
export function MarketToolbar(props: MarketToolbarProps) {
  const { text, hasTextError, onText, onFilters, activeCount, sort, onSort, view, onView, children } = props;
  return (
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
          value={text}
          aria-invalid={hasTextError ? true : undefined}
          onChange={(event) => onText(event.target.value)}
        />
      </div>
      {onFilters !== null && (
        <Button onClick={onFilters}>
          <SlidersHorizontal aria-hidden />
          Filters{activeCount > 0 && ` (${String(activeCount)})`}
        </Button>
      )}
      <Select aria-label="Sort" className="w-44 grow-0" value={sort} onChange={(event) => onSort(event.target.value)}>
        {listingSorts.map((known) => (
          <option key={known} value={known}>
            {sortWords[known]}
          </option>
        ))}
      </Select>
      {children}
      <div role="group" aria-label="Show as" className="flex">
        {VIEWS.map((kind) => (
          <Button
            key={kind}
            size="icon"
            variant={view === kind ? 'secondary' : 'ghost'}
            aria-pressed={view === kind}
            aria-label={viewWords[kind]}
            title={viewWords[kind]}
            onClick={() => onView(kind)}
          >
            {kind === 'table' ? <Table2 aria-hidden /> : <LayoutGrid aria-hidden />}
          </Button>
        ))}
      </div>
    </div>
  );
}
