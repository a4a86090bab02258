import { Dialog } from '@base-ui/react/dialog';
import { useRouter } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { KeyRound, LogIn, LogOut, Monitor, Moon, Plus, Server, Settings2, Sun, Unplug } from 'lucide-react';
import { useState } from 'react';
import { useSession } from '../auth/session-context.ts';
import { useLive } from '../events/live-provider.tsx';
import { usePlatform } from '../platform/platform-context.ts';
import { settingsStore, THEMES } from '../settings/settings.ts';
import { detached } from './detached.ts';
import { PaletteFound } from './palette-found.tsx';
import { PaletteGroup, PaletteItem } from './palette-item.tsx';
import { paletteScore } from './palette-score.ts';
import { useNavigation } from './use-navigation.ts';

const themeWords = { system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' } as const;
const themeIcons = { system: Monitor, light: Sun, dark: Moon } as const;

const HINTS = [
  ['↑ ↓', 'move'],
  ['Enter', 'open'],
  ['Esc', 'close'],
] as const;

/** Everything by keyboard: screens, the person's bookings, machines and keys, the market, the theme, the door. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const router = useRouter();
  const navigation = useNavigation();
  const [search, setSearch] = useState('');
  const open = (path: string): void => {
    onClose();
    router.history.push(path);
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/45" />
        <Dialog.Popup className="fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-xl border bg-surface-raised shadow-xl">
          <Dialog.Title className="sr-only">Do anything</Dialog.Title>
          <Command label="Do anything" loop filter={paletteScore} className="flex min-h-0 flex-col">
            <Command.Input
              value={search}
              onValueChange={setSearch}
              placeholder="Where to, or what to do?"
              className="h-12 w-full shrink-0 border-b bg-transparent px-4 text-sm outline-none placeholder:text-muted-foreground"
            />
            <Command.List className="min-h-0 overflow-y-auto p-1 pb-2">
              <Command.Empty className="px-3 py-6 text-center text-sm text-muted-foreground">
                Nothing matches.
              </Command.Empty>
              {navigation.map((group) => (
                <PaletteGroup key={group.title} heading={group.title}>
                  {group.items.map(({ to, label, icon: Icon }) => (
                    <PaletteItem key={to} value={`go ${label}`} icon={<Icon aria-hidden />} onSelect={() => open(to)}>
                      {label}
                    </PaletteItem>
                  ))}
                </PaletteGroup>
              ))}
              <PaletteFound search={search} onOpen={open} />
              <Actions onOpen={open} onClose={onClose} />
            </Command.List>
          </Command>
          <p className="flex shrink-0 flex-wrap gap-x-4 gap-y-1 border-t px-4 py-2 text-xs text-muted-foreground">
            {HINTS.map(([key, word]) => (
              <span key={key}>
                <kbd className="rounded border px-1 font-sans">{key}</kbd> {word}
              </span>
            ))}
          </p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Actions({ onOpen, onClose }: { readonly onOpen: (path: string) => void; readonly onClose: () => void }) {
  const platform = usePlatform();
  const { session, state } = useSession();
  const { state: feed, retryNow } = useLive();
  const then = (action: () => void) => () => {
    onClose();
    action();
  };
  return (
    <PaletteGroup heading="Do">
      <PaletteItem value="top up the wallet" icon={<Plus aria-hidden />} onSelect={() => onOpen('/wallet')}>
        Top up the wallet
      </PaletteItem>
      <PaletteItem value="add an ssh key" icon={<KeyRound aria-hidden />} onSelect={() => onOpen('/ssh-keys')}>
        Add an SSH key
      </PaletteItem>
      <PaletteItem value="connect a machine" icon={<Server aria-hidden />} onSelect={() => onOpen('/machines/connect')}>
        Connect a machine
      </PaletteItem>
      {THEMES.map((theme) => {
        const Icon = themeIcons[theme];
        return (
          <PaletteItem
            key={theme}
            value={themeWords[theme]}
            icon={<Icon aria-hidden />}
            onSelect={then(() => settingsStore.update({ theme }))}
          >
            {themeWords[theme]}
          </PaletteItem>
        );
      })}
      {feed.kind === 'lost' && (
        <PaletteItem value="try the connection now" icon={<Unplug aria-hidden />} onSelect={then(retryNow)}>
          Try the connection now
        </PaletteItem>
      )}
      {platform.kind === 'desktop' && (
        <PaletteItem value="change the server" icon={<Settings2 aria-hidden />} onSelect={() => onOpen('/server')}>
          Change the server
        </PaletteItem>
      )}
      {state.kind === 'signed_in' ? (
        <PaletteItem
          value="sign out"
          icon={<LogOut aria-hidden />}
          onSelect={then(() => detached(session.signOut().catch(() => undefined)))}
        >
          Sign out
        </PaletteItem>
      ) : (
        <PaletteItem value="sign in" icon={<LogIn aria-hidden />} onSelect={() => onOpen('/sign-in')}>
          Sign in
        </PaletteItem>
      )}
    </PaletteGroup>
  );
}
