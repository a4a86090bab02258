import { Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { Command } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { cn } from '../ui/class-names.ts';
import { AccountMenu } from '../auth/account-menu.tsx';
import { ConnectionBar } from '../events/connection-bar.tsx';
import { InboxBadge } from '../events/inbox-badge.tsx';
import { paletteState, usePaletteOpen } from './palette-state.ts';
import { useNavigation } from './use-navigation.ts';

const CommandPalette = lazy(async () =>
  import('./command-palette.tsx').then((file) => ({ default: file.CommandPalette })),
);

/** The frame of every screen behind the door: side bar, connection, palette. */
export function Shell() {
  const paletteOpen = usePaletteOpen();
  const navigation = useNavigation();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        paletteState.set(!paletteState.get());
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div className="flex h-full flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-md focus:bg-surface-raised focus:px-3 focus:py-2"
      >
        Skip to the content
      </a>
      <ConnectionBar />
      <div className="flex min-h-0 grow">
        <aside className="flex w-14 shrink-0 flex-col border-r bg-surface lg:w-56">
          <Link
            to="/"
            className="flex h-14 items-center gap-2.5 px-3.5 font-semibold lg:px-4"
            aria-label="Remote Servers Marketplace: the market"
          >
            <img src="/icon.svg" alt="" className="size-7 shrink-0" />
            <span className="hidden leading-tight lg:block">Remote Servers</span>
          </Link>
          <nav aria-label="Screens" className="min-h-0 grow overflow-y-auto px-2 py-2">
            {navigation.map((group) => (
              <div key={group.title} className="mb-4">
                <p className="mb-1 hidden px-2 text-xs font-medium text-muted-foreground lg:block">{group.title}</p>
                <ul className="flex flex-col gap-0.5">
                  {group.items.map(({ to, label, icon: Icon }) => (
                    <li key={to}>
                      <Link
                        to={to}
                        activeOptions={{ exact: to === '/', includeSearch: false }}
                        title={label}
                        className="relative flex items-center justify-center gap-2.5 rounded-md px-2 py-2 text-sm text-muted-foreground hover:bg-muted hover:text-foreground lg:justify-start lg:py-1.5"
                        activeProps={{
                          className: cn('bg-primary-soft font-medium text-primary-text hover:bg-primary-soft'),
                          'aria-current': 'page',
                        }}
                      >
                        <Icon className="size-4.5 shrink-0" aria-hidden />
                        <span className="sr-only lg:not-sr-only">{label}</span>
                        {to === '/inbox' && <InboxBadge />}
                      </Link>
                    </li>
                  ))}
                </ul>
              </div>
            ))}
          </nav>
          <div className="flex flex-col gap-1 border-t p-2">
            <Button
              variant="ghost"
              size="sm"
              className="justify-center px-2 text-muted-foreground lg:justify-start"
              onClick={() => paletteState.set(true)}
              aria-keyshortcuts="Control+K Meta+K"
            >
              <Command aria-hidden />
              <span className="sr-only lg:not-sr-only">Do anything</span>
              <kbd className="ml-auto hidden rounded border px-1.5 text-[11px] lg:inline">Ctrl K</kbd>
            </Button>
            <AccountMenu />
          </div>
        </aside>
        <main id="content" tabIndex={-1} className="relative min-w-0 grow overflow-y-auto outline-none">
          <Outlet />
        </main>
      </div>
      {paletteOpen && (
        <Suspense>
          <CommandPalette onClose={() => paletteState.set(false)} />
        </Suspense>
      )}
    </div>
  );
}
