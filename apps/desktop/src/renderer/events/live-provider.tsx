import type { EventListItem } from '@rsm/api/schemas/events';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';
import { useSession } from '../auth/session-context.ts';
import { LiveFeed, type FeedState } from './live-feed.ts';
import { VisitorWatch } from './visitor-watch.ts';

type EventListener = (event: EventListItem) => void;

interface Live {
  readonly state: FeedState;
  readonly retryNow: () => void;
  /** Calls the listener for each event of this window's person; returns how to end that. */
  readonly listen: (listener: EventListener) => () => void;
}

const LiveContext = createContext<Live | null>(null);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('useLive needs a LiveProvider above it.');
  return live;
}

/** Starts it, and has it try again when the computer wakes up or the network is back. Returns how to end that. */
function runWhileAwake(started: Pick<LiveFeed, 'start' | 'stop' | 'retryNow'>): () => void {
  started.start();
  const wake = (): void => started.retryNow();
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  return () => {
    window.removeEventListener('online', wake);
    document.removeEventListener('visibilitychange', wake);
    started.stop();
  };
}

/** Keeps what is shown up to date: each event makes the queries of its subject stale, and what is on screen is fetched again. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { state: session } = useSession();
  const [state, setState] = useState<FeedState>({ kind: 'off' });
  const [listeners] = useState(() => new Set<EventListener>());
  // Also for somebody who may be signed in: the feed tries again all the time, and with its first token the session goes on.
  const isWanted = session.kind === 'signed_in' || (session.kind === 'unknown' && session.wasAsked);
  const isVisited = session.kind === 'signed_out';
  const feed = useRef<Pick<LiveFeed, 'retryNow'> | null>(null);

  useEffect(() => {
    if (!isWanted) return undefined;
    const refetch = (...keys: readonly (readonly unknown[])[]): void => {
      for (const queryKey of keys) detached(queryClient.invalidateQueries({ queryKey }));
    };
    const keysOf = (event: EventListItem): readonly (readonly unknown[])[] => {
      const inbox = trpc.events.pathKey();
      switch (event.subject) {
        case 'booking':
          return [
            inbox,
            trpc.bookings.pathKey(),
            trpc.handovers.pathKey(),
            trpc.dataWipes.pathKey(),
            trpc.payments.pathKey(),
            trpc.earnings.pathKey(),
            trpc.spending.pathKey(),
            trpc.machines.calendar.pathKey(),
          ];
        case 'machine':
          return [inbox, trpc.machines.pathKey(), trpc.machineTools.pathKey(), trpc.listings.pathKey()];
        case 'listing':
          return [inbox, trpc.listings.pathKey()];
        case 'benchmark':
          return [inbox, trpc.benchmarks.pathKey(), trpc.listings.get.pathKey()];
        case 'payment':
          return [inbox, trpc.payments.pathKey(), trpc.earnings.pathKey(), trpc.payouts.pathKey()];
        case 'dispute':
          return [
            inbox,
            trpc.disputes.pathKey(),
            trpc.bookings.pathKey(),
            trpc.payments.pathKey(),
            trpc.earnings.pathKey(),
          ];
        case 'document':
          return [inbox, trpc.documents.list.pathKey()];
        case 'data_wipe':
          return [
            inbox,
            trpc.dataWipes.pathKey(),
            trpc.bookings.pathKey(),
            trpc.payments.pathKey(),
            trpc.earnings.pathKey(),
          ];
        case 'user':
          // Cards, limits, addresses and payout accounts are a person's own, too.
          return [
            inbox,
            trpc.users.pathKey(),
            trpc.payments.pathKey(),
            trpc.earnings.pathKey(),
            trpc.payouts.pathKey(),
            trpc.spending.pathKey(),
            trpc.documents.billingData.pathKey(),
          ];
      }
    };
    const started = new LiveFeed({
      client,
      onState: setState,
      onEvent: (event) => {
        refetch(...keysOf(event));
        for (const listener of listeners) listener(event);
      },
      onReset: () => detached(queryClient.invalidateQueries()),
    });
    feed.current = started;
    return runWhileAwake(started);
  }, [client, trpc, queryClient, listeners, isWanted]);

  useEffect(() => {
    if (!isVisited) return undefined;
    const ask = async (): Promise<unknown> => client.server.info.query();
    const started = new VisitorWatch({ queryClient, ask, onState: setState });
    feed.current = started;
    return runWhileAwake(started);
  }, [client, queryClient, isVisited]);

  // What was shown while the connection was lost may be old in ways that no event of this person tells.
  const wasLost = useRef(false);
  useEffect(() => {
    if (state.kind === 'lost') wasLost.current = true;
    if (state.kind === 'live' && wasLost.current) {
      wasLost.current = false;
      detached(queryClient.invalidateQueries());
    }
  }, [state, queryClient]);

  const live = useMemo<Live>(
    () => ({
      state,
      retryNow: () => feed.current?.retryNow(),
      listen: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
    [state, listeners],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}
