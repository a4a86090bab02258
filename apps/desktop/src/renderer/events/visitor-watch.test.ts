import { QueryClient } from '@tanstack/react-query';
import { TRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClientError } from '../api/client-error.ts';
import type { FeedState } from './live-feed.ts';
import { VisitorWatch } from './visitor-watch.ts';

/** What the client throws when nothing came back. */
const offline = async (): Promise<never> => Promise.reject(new TRPCClientError('fetch failed'));
const refusal = { field: null, remedy: null, fieldErrors: [], logId: null };

function startWatch() {
  const states: FeedState['kind'][] = [];
  const queryClient = new QueryClient();
  const ask = vi.fn<() => Promise<unknown>>(offline);
  const watch = new VisitorWatch({ queryClient, ask, onState: ({ kind }) => states.push(kind) });
  watch.start();
  const look = async (queryFn: () => Promise<unknown>): Promise<void> => {
    await queryClient.query({ queryKey: ['market'], queryFn, retry: false, staleTime: 0 }).catch(() => undefined);
  };
  return { states, ask, watch, look };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what a visitor has instead of a feed', () => {
  it('says nothing while the server answers, and nothing when it refuses', async () => {
    const { states, ask, look } = startWatch();
    await look(async () => 'the market');
    await look(async () =>
      Promise.reject(new ClientError({ ...refusal, code: 'not_found', message: 'No such listing.' })),
    );
    await vi.advanceTimersByTimeAsync(10_000);
    expect(states).toEqual([]);
    expect(ask).not.toHaveBeenCalled();
  });

  it('says that the server does not answer, asks until it does, and says that', async () => {
    const { states, ask, look } = startWatch();
    await look(offline);
    expect(states).toEqual(['lost']);
    await vi.advanceTimersByTimeAsync(4_100);
    expect(ask).toHaveBeenCalledTimes(2);
    ask.mockResolvedValue('here');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(states).toEqual(['lost', 'lost', 'lost', 'live']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('asks at once when told to', async () => {
    const { states, ask, watch, look } = startWatch();
    watch.retryNow();
    expect(ask).not.toHaveBeenCalled();
    await look(offline);
    ask.mockResolvedValue('here');
    watch.retryNow();
    await vi.advanceTimersByTimeAsync(1);
    expect(states).toEqual(['lost', 'live']);
  });

  it('is quiet once it is stopped, whatever is answered then', async () => {
    const { states, ask, watch, look } = startWatch();
    await look(offline);
    watch.stop();
    await look(offline);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(states).toEqual(['lost', 'off']);
    expect(ask).not.toHaveBeenCalled();
  });
});
