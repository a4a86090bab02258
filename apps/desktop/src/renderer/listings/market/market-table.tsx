import type { ListingListItem } from '@rsm/api/schemas/listings';
import type { ListingSort } from '@rsm/domain/listings/listing-repository';
import { Link } from '@tanstack/react-router';
import { createColumnHelper, FlexRender, tableFeatures, useTable, type Row } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useRef, type ReactNode } from 'react';
import { formatMoney } from '../../format/money.ts';
import { formatBytes } from '../../format/size.ts';
import { ageWords, reliabilityWords } from '../../reliability/reliability-words.ts';
import { cn } from '../../ui/class-names.ts';
import { CompareTick } from './compare-bar.tsx';
import {
  gpuHourWords,
  gpuMoreWords,
  gpuWords,
  performanceWords,
  rootWords,
  scoreWords,
  threadsWords,
} from './listing-words.ts';
import { contentElement, useScrollMargin } from './use-scroll-margin.ts';
import { useLoadMore } from './use-load-more.ts';

/** Rows are all the same height: ten thousand of them need no measuring. */
const ROW_PX = 60;
const OVERSCAN_ROWS = 8;

const features = tableFeatures({});
const helper = createColumnHelper<typeof features, ListingListItem>();

/** Widths are shares, so that the table fits every window that is wide enough for a table. */
const widths: Readonly<Record<string, string>> = {
  compare: '40px',
  machine: '19%',
  hardware: '21%',
  gpu: '12.5%',
  measured: '16%',
  reliability: '11%',
  price: '11.5%',
  performance: '9%',
};
const NUMERIC = new Set(['measured', 'reliability', 'price', 'performance']);

const columns = helper.columns([
  helper.display({
    id: 'compare',
    header: () => <span className="sr-only">Compare</span>,
    cell: ({ row }) => <CompareTick id={row.original.id} title={row.original.title} />,
  }),
  helper.accessor('title', {
    id: 'machine',
    header: 'Machine',
    cell: ({ row: { original: item } }) => (
      <Two
        first={
          <Link
            to="/listings/$listingId"
            params={{ listingId: item.id }}
            className="font-medium text-foreground underline-offset-4 hover:underline"
            title={item.title}
          >
            {item.title}
          </Link>
        }
        second={`${item.region} · ${rootWords[item.accessMode]}`}
      />
    ),
  }),
  helper.accessor('cpuThreads', {
    id: 'hardware',
    header: 'Processor, memory',
    cell: ({ row: { original: item } }) => (
      <Two
        first={`${threadsWords(item.cpuThreads)} · ${formatBytes(item.memoryBytes)}`}
        second={item.cpuModel ?? 'processor unknown'}
      />
    ),
  }),
  helper.accessor('gpuCount', {
    id: 'gpu',
    header: 'GPU',
    cell: ({ row: { original: item } }) => (
      <Two first={gpuWords(item)} second={gpuMoreWords(item)} faint={item.gpuCount === 0} />
    ),
  }),
  helper.accessor('cpuScore', {
    id: 'measured',
    header: 'Score',
    cell: ({ row: { original: item } }) => (
      <Two
        first={`CPU ${scoreWords(item.cpuScore)}`}
        second={
          <>
            {item.gpuCount > 0 ? `GPU ${scoreWords(item.gpuScore)}` : `memory ${scoreWords(item.memoryScore)}`}
            {/* A number that is cut off misleads: the next is shown where both fit, all of them on cards and on the listing. */}
            <span className="hidden 2xl:inline">
              {item.gpuCount > 0
                ? ` · network ${scoreWords(item.networkScore)}`
                : ` · storage ${scoreWords(item.storageScore)}`}
            </span>
          </>
        }
      />
    ),
  }),
  helper.accessor('reliabilityPpm', {
    id: 'reliability',
    header: 'Reliability',
    cell: ({ row: { original: item } }) => (
      <Two
        first={reliabilityWords(item.reliabilityPpm)}
        second={item.reliabilityAt === null ? '' : ageWords(item.reliabilityAt)}
        faint={item.reliabilityPpm === null}
      />
    ),
  }),
  helper.accessor('pricePerHour', {
    id: 'price',
    header: 'Price per hour',
    cell: ({ row: { original: item } }) => (
      <Two
        first={<span className="font-semibold">{formatMoney(item.pricePerHour, item.currency)}</span>}
        second={gpuHourWords(item) ?? ''}
      />
    ),
  }),
  helper.display({
    id: 'performance',
    header: 'Per 1000 points',
    cell: ({ row: { original: item } }) => <Two first={performanceWords(item)} second="" />,
  }),
]);

const SORTED_COLUMN: Readonly<
  Partial<Record<ListingSort, { readonly id: string; readonly aria: 'ascending' | 'descending' }>>
> = {
  price_per_score_ascending: { id: 'performance', aria: 'ascending' },
  price_ascending: { id: 'price', aria: 'ascending' },
  score_descending: { id: 'measured', aria: 'descending' },
  reliability_descending: { id: 'reliability', aria: 'descending' },
};

export interface MarketResultProps {
  readonly items: readonly ListingListItem[];
  readonly hasMore: boolean;
  readonly loadMore: () => void;
}

/** The market as a table. Only the rows near the screen are in the page; screen readers are told where they stand. */
export function MarketTable({ items, sort, hasMore, loadMore }: MarketResultProps & { readonly sort: ListingSort }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const scrollMargin = useScrollMargin(body);
  const table = useTable({ features, columns, data: items, getRowId: (item) => item.id });
  const { rows } = table.getRowModel();
  // The same function for the same rows: with a new one the virtualizer asks for the key of each of a hundred thousand rows anew.
  const keyOf = useCallback((index: number) => rows[index]?.id ?? index, [rows]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: contentElement,
    estimateSize: () => ROW_PX,
    getItemKey: keyOf,
    overscan: OVERSCAN_ROWS,
    scrollMargin,
  });
  const visible = virtualizer.getVirtualItems();
  useLoadMore(visible.at(-1)?.index, items.length, hasMore, loadMore);
  const above = (visible[0]?.start ?? scrollMargin) - scrollMargin;
  const below = virtualizer.getTotalSize() - ((visible.at(-1)?.end ?? scrollMargin) - scrollMargin);
  const sorted = SORTED_COLUMN[sort];
  return (
    <div className="overflow-x-auto rounded-lg border bg-surface md:overflow-x-visible">
      <table
        className="w-full min-w-[640px] table-fixed border-separate border-spacing-0 text-[13px]"
        aria-rowcount={hasMore ? -1 : items.length + 1}
        aria-label="Machines on the market"
      >
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={1}>
              {group.headers.map((header) => (
                <th
                  key={header.id}
                  scope="col"
                  style={{ width: widths[header.column.id] }}
                  aria-sort={sorted?.id === header.column.id ? sorted.aria : undefined}
                  className={cn(
                    'sticky top-0 z-10 border-b bg-surface px-2.5 py-2.5 align-bottom text-left text-xs font-medium text-muted-foreground first:rounded-tl-lg last:rounded-tr-lg',
                    NUMERIC.has(header.column.id) && 'text-right',
                  )}
                >
                  <table.FlexRender header={header} />
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody ref={body}>
          {above > 0 && <Spacer height={above} />}
          {visible.map(({ index, key }) => {
            const row = rows[index];
            return row === undefined ? null : <MarketRow key={key} row={row} rowIndex={index + 2} />;
          })}
          {below > 0 && <Spacer height={below} />}
        </tbody>
      </table>
    </div>
  );
}

/** Scrolling draws the rows that come in; those that were there stay as they are. */
const MarketRow = memo(function MarketRow({
  row,
  rowIndex,
}: {
  readonly row: Row<typeof features, ListingListItem>;
  readonly rowIndex: number;
}) {
  return (
    <tr aria-rowindex={rowIndex} data-row style={{ height: ROW_PX }} className="hover:bg-muted/60">
      {row.getAllCells().map((cell) => (
        <td
          key={cell.id}
          className={cn('border-b px-2.5 py-0', NUMERIC.has(cell.column.id) && 'text-right tabular-nums')}
        >
          <FlexRender cell={cell} />
        </td>
      ))}
    </tr>
  );
});

/** Stands for the rows that are not in the page. */
function Spacer({ height }: { readonly height: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={columns.length} style={{ height, padding: 0 }} />
    </tr>
  );
}

function Two({
  first,
  second,
  faint = false,
}: {
  readonly first: ReactNode;
  readonly second: ReactNode;
  readonly faint?: boolean;
}) {
  return (
    <>
      <div
        className={cn('truncate', faint && 'text-muted-foreground')}
        title={typeof first === 'string' ? first : undefined}
      >
        {first}
      </div>
      {second !== '' && (
        <div className="truncate text-xs text-muted-foreground" title={typeof second === 'string' ? second : undefined}>
          {second}
        </div>
      )}
    </>
  );
}
