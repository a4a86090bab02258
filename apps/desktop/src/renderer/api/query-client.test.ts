import { dehydrate, hydrate } from '@tanstack/react-query';
import superjson from 'superjson';
import { describe, expect, it, vi } from 'vitest';

// The build puts it there.
vi.stubGlobal('__CLIENT_VERSION__', '0.0.0');
const { createQueryClient, forgetAnswers, lastAnswers, persistOptions } = await import('./query-client.ts');

/** What the next start finds of everything that this client has asked. */
function nextStartOf(client: ReturnType<typeof createQueryClient>): ReturnType<typeof createQueryClient> {
  const clientState = dehydrate(client, persistOptions.dehydrateOptions);
  const kept = superjson.stringify(lastAnswers({ timestamp: 0, buster: '', clientState }));
  const next = createQueryClient();
  hydrate(next, superjson.parse<ReturnType<typeof lastAnswers>>(kept).clientState);
  return next;
}

const booking = { id: 'a', hold: 3_600_000n };
const ask = (answer: () => Promise<unknown>) => ({
  queryKey: ['booking'],
  queryFn: answer,
  retry: false,
  staleTime: 0,
});

describe('what is kept for a start without a connection', () => {
  it('is the last answer', async () => {
    const client = createQueryClient();
    await client.query(ask(async () => booking));
    expect(nextStartOf(client).getQueryData(['booking'])).toEqual(booking);
  });

  // Whoever opened the program again after the server had gone found nothing of what he had read before.
  it('is still the last answer when asking again has failed since', async () => {
    const client = createQueryClient();
    await client.query(ask(async () => booking));
    const failing = client.query(ask(async () => Promise.reject(new Error('fetch failed'))));
    await expect(failing).rejects.toThrow('fetch failed');
    expect(client.getQueryState(['booking'])).toMatchObject({ status: 'error', data: booking });
    expect(nextStartOf(client).getQueryState(['booking'])).toMatchObject({
      status: 'success',
      data: booking,
      error: null,
    });
  });

  it('is asked again by the next start, however young it is (bug: for half a minute a start showed what had changed since)', async () => {
    const client = createQueryClient();
    await client.query(ask(async () => booking));
    const isStale = (of: typeof client) =>
      of
        .getQueryCache()
        .find({ queryKey: ['booking'] })
        ?.isStaleByTime(30_000);
    expect(isStale(client)).toBe(false);
    expect(isStale(nextStartOf(client))).toBe(true);
  });

  it('is nothing of what never had an answer, nor of what only passes', async () => {
    const client = createQueryClient();
    await client.query(ask(async () => Promise.reject(new Error('fetch failed')))).catch(() => undefined);
    await client.query({ ...ask(async () => 40), queryKey: ['progress'], meta: { passing: true } });
    expect(dehydrate(client, persistOptions.dehydrateOptions).queries).toEqual([]);
  });
});

describe('what is forgotten', () => {
  const market = [['listings', 'search'], { type: 'query' }];
  const listing = [['listings', 'get'], { type: 'query' }];
  const bookings = [['bookings', 'list'], { type: 'query' }];
  const kept = async (which: 'all' | 'personal'): Promise<readonly unknown[]> => {
    const client = createQueryClient();
    for (const queryKey of [market, listing, bookings]) await client.query({ ...ask(async () => booking), queryKey });
    await forgetAnswers(client, which);
    return client
      .getQueryCache()
      .getAll()
      .map(({ queryKey }) => queryKey);
  };

  it('is everything of whoever leaves', async () => {
    expect(await kept('all')).toEqual([]);
  });

  it('is what a person read, at a start without one (bug: a visitor had no market without the server)', async () => {
    expect(await kept('personal')).toEqual([market]);
  });
});
