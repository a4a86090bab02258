import type { QuoteRead } from '@rsm/api/schemas/bookings';
import type { ListingRead } from '@rsm/api/schemas/listings';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import type { WindowWish } from './booking-draft.ts';
import { useDebounced } from './use-debounced.ts';

/** A quote is asked again so often while it says "now": its end moves on. */
const NOW_QUOTE_MS = 30_000;
const TYPING_PAUSE_MS = 150;

export interface LiveQuote {
  readonly data: QuoteRead | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  /** Whether it is the answer for what is chosen now, and not for what was chosen before. */
  readonly isCurrent: boolean;
  readonly refetch: () => Promise<unknown>;
}

/** The server's quote for a window, asked again whenever another one is chosen. */
export function useQuote(
  listing: ListingRead,
  wish: WindowWish,
  containerImage: string | null,
  signedIn: boolean,
): LiveQuote {
  const trpc = useTRPC();
  const text = wish.ok ? wishKey(wish) : '';
  const settled = useDebounced(text, TYPING_PAUSE_MS);
  const asked = useMemo(() => readWish(settled), [settled]);
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery(
    trpc.bookings.quote.queryOptions(
      {
        listingId: listing.id,
        start: asked?.start ?? null,
        durationMs: asked?.durationMs ?? listing.durationMinMs,
        containerImage,
      },
      {
        enabled: signedIn && asked !== null,
        placeholderData: keepPreviousData,
        staleTime: 0,
        refetchInterval: asked?.start === null ? NOW_QUOTE_MS : false,
        meta: { passing: true },
      },
    ),
  );
  const isCurrent = wish.ok && settled === text && !isPlaceholderData && data !== undefined && error === null;
  return { data, error, isPending, isCurrent, refetch };
}

/** A window as a text, so that it can wait for the end of typing. */
export function wishKey(wish: { readonly start: Date | null; readonly durationMs: number }): string {
  return `${wish.start === null ? 'now' : wish.start.toISOString()}|${String(wish.durationMs)}`;
}

function readWish(text: string): { readonly start: Date | null; readonly durationMs: number } | null {
  const [start, durationMs] = text.split('|');
  if (start === undefined || durationMs === undefined) return null;
  return { start: start === 'now' ? null : new Date(start), durationMs: Number(durationMs) };
}
