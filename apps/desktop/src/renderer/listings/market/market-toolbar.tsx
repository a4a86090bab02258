import { listingSorts, type ListingSort } from '@rsm/domain/listings/listing-repository';
import type { QueryChoices } from '@rsm/domain/listings/query/complete-query';
import type { QueryError } from '@rsm/domain/listings/query/parse-query';
import { LayoutGrid, SlidersHorizontal, Table2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { QueryBox } from './query-box.tsx';

const sortWords: Readonly<Record<ListingSort, string>> = {
  price_ascending: 'Cheapest first',
  score_descending: 'Fastest processor first',
  price_per_score_ascending: 'Cheapest per CPU point',
  gpu_score_descending: 'Fastest GPU first',
  network_score_descending: 'Fastest network first',
  reliability_descending: 'Most reliable first',
  newest: 'Newest first',
};

const VIEWS = ['table', 'cards'] as const;
type View = (typeof VIEWS)[number];
const viewWords: Readonly<Record<View, string>> = { table: 'Table', cards: 'Cards' };

interface MarketToolbarProps {
  readonly text: string;
  readonly queryErrors: readonly QueryError[];
  /** Models and regions of the market, for completion. */
  readonly choices: QueryChoices;
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
  const { text, queryErrors, choices, onText, onFilters, activeCount, sort, onSort, view, onView, children } = props;
  return (
    <div className="flex flex-wrap items-start gap-2">
      <QueryBox text={text} errors={queryErrors} choices={choices} onText={onText} />
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
