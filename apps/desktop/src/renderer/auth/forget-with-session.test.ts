import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it, vi } from 'vitest';
import { Session } from './session.ts';

// The build puts it there.
vi.stubGlobal('__CLIENT_VERSION__', '0.0.0');
const { forgetWithSession } = await import('./forget-with-session.ts');

const MARKET = [['listings', 'search'], { type: 'query' }];
const WALLET = [['payments', 'wallet'], { type: 'query' }];
const nothing = async (): Promise<never> => Promise.reject(new Error('nobody asks for this here'));

/** A window in which the server answers `access` when it is asked who is signed in, and what it has kept. */
function openWindow(access: { readonly token: string; readonly expiresAtMs: number } | null) {
  const session = new Session({
    signIn: nothing,
    signUp: nothing,
    signOut: async () => Promise.resolve(),
    refresh: async () => Promise.resolve(access),
  });
  const queryClient = new QueryClient();
  const onRestored = forgetWithSession(session, queryClient);
  const readBack = (): void => {
    queryClient.setQueryData(MARKET, 'machines');
    queryClient.setQueryData(WALLET, '20.00 EUR');
    onRestored();
  };
  const kept = (): readonly unknown[] =>
    queryClient
      .getQueryCache()
      .getAll()
      .map(({ queryKey }) => queryKey);
  return { session, readBack, kept };
}

describe('what a window has kept', () => {
  const access = { token: 'a.b.c', expiresAtMs: Number.MAX_SAFE_INTEGER };

  it('is all there while somebody is signed in, and gone when he leaves', async () => {
    const { session, readBack, kept } = openWindow(access);
    await session.restore();
    readBack();
    expect(kept()).toEqual([MARKET, WALLET]);
    await session.signOut();
    expect(kept()).toEqual([]);
  });

  it('is the market alone when it turns out that nobody is signed in', async () => {
    const { session, readBack, kept } = openWindow(null);
    readBack();
    await session.restore();
    expect(kept()).toEqual([MARKET]);
  });

  it('is the market alone when that was known first (bug: a person’s answers came back)', async () => {
    const { session, readBack, kept } = openWindow(null);
    await session.restore();
    readBack();
    expect(kept()).toEqual([MARKET]);
  });
});
