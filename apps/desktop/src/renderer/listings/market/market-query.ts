import type { listingSearch } from '@rsm/api/schemas/listings';
import { instant } from '@rsm/domain/common/instant';
import { MICROS_PER_UNIT, type AmountMicros } from '@rsm/domain/common/money';
import { parseQuery, type ParsedQuery } from '@rsm/domain/listings/query/parse-query';
import type { z } from 'zod';

type SearchInput = NonNullable<z.input<typeof listingSearch>>;
/** The filter as the API takes it. */
export type MarketFilter = NonNullable<SearchInput['filter']>;

/** A window that begins now moves on in steps, so that the same search is the same question for a while. */
export const NOW_STEP_MS = 5 * 60_000;

/** Reads what stands in the search box. Times without a zone are the viewer's. */
export function readQuery(text: string, nowMs: number): ParsedQuery {
  return parseQuery(text, {
    now: instant(Math.floor(nowMs / NOW_STEP_MS) * NOW_STEP_MS),
    fromLocal: (localMs) => {
      const utc = new Date(localMs);
      const [year, month, day] = [utc.getUTCFullYear(), utc.getUTCMonth(), utc.getUTCDate()];
      return instant(new Date(year, month, day, utc.getUTCHours(), utc.getUTCMinutes()).getTime());
    },
  });
}

/** The same filter in the API's words: amounts and times as texts, so that it can name a request in the cache. */
export function toMarketFilter({ filter }: ParsedQuery): MarketFilter {
  const { freeDuring, pricePerGpuHourMax, pricePerHourMax, pricePerHourMin, ...rest } = filter;
  return {
    ...rest,
    ...(pricePerHourMin === undefined ? {} : { pricePerHourMin: toDecimal(pricePerHourMin) }),
    ...(pricePerHourMax === undefined ? {} : { pricePerHourMax: toDecimal(pricePerHourMax) }),
    ...(pricePerGpuHourMax === undefined ? {} : { pricePerGpuHourMax: toDecimal(pricePerGpuHourMax) }),
    ...(freeDuring === undefined
      ? {}
      : { freeDuring: { start: new Date(freeDuring.start), end: new Date(freeDuring.end) } }),
  };
}

function toDecimal(amount: AmountMicros): string {
  const fraction = (amount % MICROS_PER_UNIT).toString().padStart(6, '0');
  return `${(amount / MICROS_PER_UNIT).toString()}.${fraction}`;
}
