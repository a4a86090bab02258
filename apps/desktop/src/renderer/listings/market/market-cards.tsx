import type { ListingListItem } from '@rsm/api/schemas/listings';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { formatMoney } from '../../format/money.ts';
import { formatBytes } from '../../format/size.ts';
import { formatRelative } from '../../format/time.ts';
import { accessModeWords } from '../../format/words.ts';
import { reliabilityWords } from '../../reliability/reliability-words.ts';
import { CompareTick } from './compare-bar.tsx';
import { gpuHourWords, gpuWords, hardwareWords, performanceWords, scoreWords } from './listing-words.ts';
import type { MarketResultProps } from './market-table.tsx';
import { useLoadMore } from './use-load-more.ts';
import { contentElement, useScrollMargin } from './use-scroll-margin.ts';

const CARD_PX_MIN = 280;
const CARD_HEIGHT_PX = 274;
const GAP_PX = 16;
const OVERSCAN_ROWS = 2;

/** The market as cards, as many beside each other as fit. */
export function MarketCards({ items, hasMore, loadMore }: MarketResultProps) {
  const grid = useRef<HTMLUListElement>(null);
  const scrollMargin = useScrollMargin(grid);
  const perRow = useCardsPerRow(grid);
  const virtualizer = useVirtualizer({
    count: Math.ceil(items.length / perRow),
    getScrollElement: contentElement,
    estimateSize: () => CARD_HEIGHT_PX + GAP_PX,
    overscan: OVERSCAN_ROWS,
    scrollMargin,
  });
  const rows = virtualizer.getVirtualItems();
  const firstIndex = (rows[0]?.index ?? 0) * perRow;
  const endIndex = ((rows.at(-1)?.index ?? -1) + 1) * perRow;
  useLoadMore(endIndex - 1, items.length, hasMore, loadMore);
  return (
    <ul
      ref={grid}
      aria-label="Machines on the market"
      className="relative"
      style={{ height: Math.max(0, virtualizer.getTotalSize() - GAP_PX) }}
    >
      {items.slice(firstIndex, endIndex).map((item, offset) => {
        const index = firstIndex + offset;
        const top = Math.floor(index / perRow) * (CARD_HEIGHT_PX + GAP_PX);
        return (
          <li
            key={item.id}
            data-row
            aria-setsize={hasMore ? -1 : items.length}
            aria-posinset={index + 1}
            className="absolute"
            style={{
              top,
              height: CARD_HEIGHT_PX,
              left: `calc((100% + ${String(GAP_PX)}px) / ${String(perRow)} * ${String(index % perRow)})`,
              width: `calc((100% + ${String(GAP_PX)}px) / ${String(perRow)} - ${String(GAP_PX)}px)`,
            }}
          >
            <ListingCard item={item} />
          </li>
        );
      })}
    </ul>
  );
}

function useCardsPerRow(ref: RefObject<HTMLElement | null>): number {
  const [perRow, setPerRow] = useState(2);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const measure = (): void =>
      setPerRow(Math.max(1, Math.floor((element.clientWidth + GAP_PX) / (CARD_PX_MIN + GAP_PX))));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return perRow;
}

const ListingCard = memo(function ListingCard({ item }: { readonly item: ListingListItem }) {
  const perGpu = gpuHourWords(item);
  return (
    <article className="flex h-full flex-col overflow-hidden rounded-lg border bg-surface p-4 text-[13px]">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="truncate text-[15px] font-semibold">
            <Link
              to="/listings/$listingId"
              params={{ listingId: item.id }}
              className="underline-offset-4 hover:underline"
              title={item.title}
            >
              {item.title}
            </Link>
          </h2>
          <p className="truncate text-muted-foreground">
            {item.region} · {accessModeWords[item.accessMode]}
          </p>
        </div>
        <CompareTick id={item.id} title={item.title} />
      </div>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <Line
          name="GPU"
          value={item.gpuCount === 0 ? 'none' : `${gpuWords(item)}, ${formatBytes(item.vramBytes)} each`}
        />
        <Line name="Hardware" value={hardwareWords(item)} />
        <Line name="Free disk" value={formatBytes(item.diskFreeBytes)} />
        <Line
          name="CPU · memory · storage"
          value={`${scoreWords(item.cpuScore)} · ${scoreWords(item.memoryScore)} · ${scoreWords(item.storageScore)} points`}
        />
        <Line
          name="GPU · network"
          value={`${item.gpuCount === 0 ? 'none' : scoreWords(item.gpuScore)} · ${scoreWords(item.networkScore)} points`}
        />
        <Line name="Reliability" value={reliabilityWords(item.reliabilityPpm)} />
        <Line name="Measured" value={item.benchmarkedAt === null ? 'never' : formatRelative(item.benchmarkedAt)} />
      </dl>
      <div className="mt-auto flex items-end justify-between gap-3 border-t pt-2.5 tabular-nums">
        <p className="text-xs text-muted-foreground">
          {performanceWords(item)} per 1000 CPU points
          {perGpu !== null && <span className="block">{perGpu}</span>}
        </p>
        <p className="shrink-0">
          <span className="text-base font-semibold">{formatMoney(item.pricePerHour, item.currency)}</span> per hour
        </p>
      </div>
    </article>
  );
});

function Line({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="truncate text-right" title={value}>
        {value}
      </dd>
    </>
  );
}
