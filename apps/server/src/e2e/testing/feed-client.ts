import type { AppRouter } from '@rsm/api';
import { createTRPCClient, httpSubscriptionLink } from '@trpc/client';
import superjson from 'superjson';
import { waitFor } from '../../demo/wait-for.ts';
import { FetchEventSource } from './fetch-event-source.ts';

const ARRIVAL_LIMIT_MS = 60_000;

/** What a window of the desktop has received. */
export interface Feed {
  /** `reset 3` or `event 4`, in the order of their arrival. */
  readonly received: readonly string[];
  readonly lastEventId: string | null;
  readonly hasEnded: boolean;
  readonly problems: readonly string[];
  /** Waits until so many messages have come. */
  until(count: number): Promise<void>;
  untilEnded(limitMs: number): Promise<void>;
  close(): void;
}

/** Follows `events.feed` through the typed client, as the desktop does. */
export function openFeed(options: {
  readonly apiUrl: string;
  readonly token: string;
  readonly lastEventId?: string;
}): Feed {
  const { apiUrl, lastEventId, token } = options;
  const client = createTRPCClient<AppRouter>({
    links: [
      httpSubscriptionLink({
        url: apiUrl,
        transformer: superjson,
        EventSource: FetchEventSource,
        eventSourceOptions: { headers: () => Promise.resolve({ authorization: `Bearer ${token}` }) },
      }),
    ],
  });
  const received: string[] = [];
  const problems: string[] = [];
  let [last, hasEnded] = [lastEventId ?? null, false];
  const subscription = client.events.feed.subscribe(lastEventId === undefined ? {} : { lastEventId }, {
    onData: ({ id, data }) => {
      last = id;
      received.push(data.kind === 'event' ? `event ${data.event.seq}` : `reset ${data.seq}`);
    },
    onError: (error) => void problems.push(error.message),
    onComplete: () => (hasEnded = true),
  });
  return {
    received,
    problems,
    get lastEventId() {
      return last;
    },
    get hasEnded() {
      return hasEnded;
    },
    until: async (count) => {
      await waitFor(`${count} messages (now: ${received.join(', ')})`, ARRIVAL_LIMIT_MS, () => {
        if (problems.length > 0) throw new Error(problems.join(' '));
        return Promise.resolve(received.length >= count ? true : null);
      });
    },
    untilEnded: async (limitMs) => {
      await waitFor('the end of the feed', limitMs, () => Promise.resolve(hasEnded ? true : null));
    },
    close: () => subscription.unsubscribe(),
  };
}
