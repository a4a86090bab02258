import type { CardRead } from '@rsm/api/schemas/payments';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { useLive } from '../../events/live-provider.tsx';
import { openOutside } from '../../platform/open-outside.ts';
import { usePlatform } from '../../platform/platform-context.ts';
import { useReturn } from '../../platform/use-return.ts';

export interface CardSetup {
  /** A page is open on which the card is being entered. */
  readonly isWaiting: boolean;
  readonly isOpening: boolean;
  readonly isLooking: boolean;
  readonly error: unknown;
  readonly start: () => void;
  readonly openAgain: () => void;
  readonly look: () => void;
  readonly stop: () => void;
}

/**
 * Adds a card on the processor's own page, in the browser. It is looked for when the person comes back, when an event tells of
 * it, and when he asks.
 */
export function useCardSetup(onAdded: (card: CardRead) => void): CardSetup {
  const trpc = useTRPC();
  const platform = usePlatform();
  const queryClient = useQueryClient();
  const { listen } = useLive();
  const cards = useQuery(trpc.payments.listCards.queryOptions());
  const [page, setPage] = useState<string | null>(null);
  const known = useRef<ReadonlySet<string>>(new Set());
  const open = useMutation({ mutationFn: async (url: string) => openOutside(platform, url) });
  const begin = useMutation(
    trpc.payments.startCardSetup.mutationOptions({
      onMutate: () => {
        known.current = new Set(cards.data?.cards.map(({ id }) => id));
      },
      onSuccess: ({ url }) => {
        setPage(url);
        open.mutate(url);
      },
    }),
  );
  const refresh = useMutation(
    trpc.payments.refreshCards.mutationOptions({
      onSuccess: (list) => queryClient.setQueryData(trpc.payments.listCards.queryKey(), list),
    }),
  );
  const isWaiting = page !== null;
  const look = (): void => {
    if (!refresh.isPending) refresh.mutate();
  };
  useReturn(isWaiting, look);

  const latest = useRef({ look, onAdded });
  useEffect(() => {
    latest.current = { look, onAdded };
  });
  useEffect(
    () => (isWaiting ? listen((event) => event.kind === 'card_changed' && latest.current.look()) : undefined),
    [isWaiting, listen],
  );
  const added = isWaiting ? cards.data?.cards.find(({ id }) => !known.current.has(id)) : undefined;
  useEffect(() => {
    if (added === undefined) return;
    setPage(null);
    latest.current.onAdded(added);
  }, [added]);

  return {
    isWaiting,
    isOpening: begin.isPending || open.isPending,
    isLooking: refresh.isPending,
    error: begin.error ?? open.error ?? refresh.error,
    start: () => {
      if (!begin.isPending) begin.mutate();
    },
    openAgain: () => page !== null && open.mutate(page),
    look,
    stop: () => setPage(null),
  };
}
