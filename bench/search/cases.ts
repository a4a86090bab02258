import { DAY_MS, HOUR_MS, instant, plusMs, type Instant, type TimeRange } from '@rsm/domain/common/instant';
import { amountMicros } from '@rsm/domain/common/money';
import type { ListingFilter, ListingSort } from '@rsm/domain/listings/listing-repository';

/** One search as it is asked: what the market screen's first page is for somebody. */
export interface SearchCase {
  readonly name: string;
  /** Whether the straightforward stack can be asked this, too. */
  readonly isStraightforward?: true;
  readonly filter: ListingFilter;
  readonly sort: ListingSort;
}

/** Searches as people make them, from the cheap to the worst. */
export function searchCases(now: Instant): readonly SearchCase[] {
  const free = (afterMs: number, lengthMs: number): TimeRange => {
    const start = plusMs(instant(now - (now % HOUR_MS) + HOUR_MS), afterMs);
    return { start, end: plusMs(start, lengthMs) };
  };
  return [
    { name: 'cheapest first', filter: {}, sort: 'price_ascending', isStraightforward: true },
    { name: 'most reliable first', filter: {}, sort: 'reliability_descending', isStraightforward: true },
    {
      name: 'one GPU model, at most 2.50',
      filter: { gpuModel: 'RTX4090', pricePerHourMax: amountMicros(2_500_000n) },
      sort: 'price_ascending',
      isStraightforward: true,
    },
    {
      name: 'the query of the docs',
      filter: {
        gpuModel: 'RTX4090',
        gpuCountMin: 4,
        pricePerHourMax: amountMicros(2_499_999n),
        region: 'eu',
        reliabilityPpmMin: 990_000,
      },
      sort: 'price_ascending',
      isStraightforward: true,
    },
    {
      name: 'a rare GPU in one region',
      filter: { gpuModel: 'GH200', region: 'af' },
      sort: 'price_per_score_ascending',
    },
    { name: 'text with a typing error', filter: { text: 'gefroce 4090' }, sort: 'price_ascending' },
    { name: 'free tomorrow for 3 days', filter: { freeDuring: free(DAY_MS, 3 * DAY_MS) }, sort: 'price_ascending' },
    {
      name: 'free now for 30 days, many GPUs',
      filter: { gpuCountMin: 8, freeDuring: free(0, 30 * DAY_MS) },
      sort: 'price_ascending',
    },
    { name: 'nothing at all', filter: { gpuModel: 'RTX4090', gpuCountMin: 64 }, sort: 'newest' },
  ];
}

/** The case as it stands in the address of a request. */
export function inputOf({ filter, sort }: SearchCase, limit: number): string {
  const { freeDuring, pricePerHourMax, ...rest } = filter;
  const iso = (at: Instant): string => new Date(at).toISOString();
  const json = {
    limit,
    sort,
    filter: {
      ...rest,
      ...(pricePerHourMax === undefined ? {} : { pricePerHourMax: (Number(pricePerHourMax) / 1_000_000).toFixed(6) }),
      ...(freeDuring === undefined ? {} : { freeDuring: { start: iso(freeDuring.start), end: iso(freeDuring.end) } }),
    },
  };
  return encodeURIComponent(JSON.stringify({ json }));
}
