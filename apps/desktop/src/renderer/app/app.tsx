import { PersistQueryClientProvider } from '@tanstack/react-query-persist-client';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { createQueryClient, persistOptions } from '../api/query-client.ts';
import { createApiClient, TRPCProvider } from '../api/trpc.ts';
import { forgetWithSession } from '../auth/forget-with-session.ts';
import { Session } from '../auth/session.ts';
import { SessionContext } from '../auth/session-context.ts';
import { bridgeSession, cookieSession } from '../auth/session-port.ts';
import { LiveProvider } from '../events/live-provider.tsx';
import { SystemNotifications } from '../events/system-notifications.tsx';
import type { Platform } from '../platform/platform.ts';
import { PlatformContext } from '../platform/platform-context.ts';
import { useTheme } from '../settings/use-theme.ts';
import { prepareDialogs } from '../ui/dialog.tsx';
import { AppCommands } from './app-commands.tsx';
import { detached } from './detached.ts';
import { createAppRouter } from './router.tsx';

/** Everything a window has once: the session, the client, the cache, the feed, the routes. */
function createParts(platform: Platform) {
  const serverUrl = platform.serverUrl ?? '';
  const session = new Session(platform.kind === 'desktop' ? bridgeSession(platform.bridge) : cookieSession(serverUrl));
  const client = createApiClient({ serverUrl, session });
  const queryClient = createQueryClient();
  const router = createAppRouter({ session, client, queryClient });
  const onRestored = forgetWithSession(session, queryClient);
  session.subscribe(() => detached(router.invalidate()));
  session.restore().catch(() => undefined);
  // Two servers share this window's storage: what one of them said is not for the other.
  const persistence = { ...persistOptions, buster: `${persistOptions.buster} ${serverUrl}` };
  const openPath = (path: string): void => router.history.push(path);
  return { session, client, queryClient, router, persistence, onRestored, openPath };
}

const FirstServerScreen = lazy(async () =>
  import('../auth/server-screen.tsx').then((file) => ({ default: file.FirstServerScreen })),
);

/** No first screen shows a toast before it can be used. */
const Toaster = lazy(async () => import('../ui/toaster.tsx').then((file) => ({ default: file.Toaster })));

/** By then the first screen has what it needs. */
const PREPARE_DIALOGS_AFTER_MS = 1_500;

export function App({ platform }: { readonly platform: Platform }) {
  const theme = useTheme();
  // Before the first choice of a server there is nothing to sign in to and nothing to ask.
  if (platform.kind === 'desktop' && platform.serverUrl === null) {
    return (
      <Suspense>
        <FirstServerScreen bridge={platform.bridge} />
      </Suspense>
    );
  }
  return <ConnectedApp platform={platform} theme={theme} />;
}

function ConnectedApp({ platform, theme }: { readonly platform: Platform; readonly theme: 'light' | 'dark' }) {
  const [parts] = useState(() => createParts(platform));
  useEffect(() => {
    const timer = window.setTimeout(prepareDialogs, PREPARE_DIALOGS_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <PlatformContext value={platform}>
      <SessionContext value={parts.session}>
        <PersistQueryClientProvider
          client={parts.queryClient}
          persistOptions={parts.persistence}
          onSuccess={parts.onRestored}
        >
          <TRPCProvider trpcClient={parts.client} queryClient={parts.queryClient}>
            <LiveProvider>
              <RouterProvider router={parts.router} />
              <SystemNotifications onOpen={parts.openPath} />
              <AppCommands onOpen={parts.openPath} />
              <Suspense>
                <Toaster theme={theme} />
              </Suspense>
            </LiveProvider>
          </TRPCProvider>
        </PersistQueryClientProvider>
      </SessionContext>
    </PlatformContext>
  );
}
