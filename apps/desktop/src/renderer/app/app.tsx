import { PersistQueryClientProvider } from '@tanstack/react-query-persist-client';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { Toaster } from 'sonner';
import { createQueryClient, persistOptions } from '../api/query-client.ts';
import { createApiClient, TRPCProvider } from '../api/trpc.ts';
import { Session } from '../auth/session.ts';
import { SessionContext } from '../auth/session-context.ts';
import { bridgeSession, cookieSession } from '../auth/session-port.ts';
import { LiveProvider } from '../events/live-provider.tsx';
import type { Platform } from '../platform/platform.ts';
import { PlatformContext } from '../platform/platform-context.ts';
import { useTheme } from '../settings/use-theme.ts';
import { detached } from './detached.ts';
import { createAppRouter } from './router.tsx';

/** Everything a window has once: the session, the client, the cache, the feed, the routes. */
function createParts(platform: Platform) {
  const serverUrl = platform.serverUrl ?? '';
  const session = new Session(platform.kind === 'desktop' ? bridgeSession(platform.bridge) : cookieSession(serverUrl));
  const client = createApiClient({ serverUrl, session });
  const queryClient = createQueryClient();
  const router = createAppRouter({ session, client, queryClient });
  // What one person read is not for the next one who sits here.
  session.subscribe(() => {
    if (session.state.kind === 'signed_out') queryClient.clear();
    detached(router.invalidate());
  });
  session.restore().catch(() => undefined);
  return { session, client, queryClient, router };
}

export function App({ platform }: { readonly platform: Platform }) {
  const [parts] = useState(() => createParts(platform));
  const theme = useTheme();
  return (
    <PlatformContext value={platform}>
      <SessionContext value={parts.session}>
        <PersistQueryClientProvider client={parts.queryClient} persistOptions={persistOptions}>
          <TRPCProvider trpcClient={parts.client} queryClient={parts.queryClient}>
            <LiveProvider>
              <RouterProvider router={parts.router} />
              <Toaster theme={theme} position="bottom-right" closeButton />
            </LiveProvider>
          </TRPCProvider>
        </PersistQueryClientProvider>
      </SessionContext>
    </PlatformContext>
  );
}
