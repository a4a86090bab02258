import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { useTRPC } from '../api/trpc.ts';
import { useSession } from '../auth/session-context.ts';
import { settingsStore, THEMES } from '../settings/settings.ts';
import { NAVIGATION } from './navigation.ts';

const ITEM =
  'flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-2 text-sm data-[selected=true]:bg-primary-soft data-[selected=true]:text-primary-text [&_svg]:size-4';

const themeWords = { system: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' } as const;

/** Everything by keyboard: screens, the person's bookings and machines, the theme, the door. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const trpc = useTRPC();
  const { session, state } = useSession();
  const signedIn = state.kind === 'signed_in';
  const bookings = useQuery(trpc.bookings.list.queryOptions({ limit: 10 }, { enabled: signedIn }));
  const run = (action: () => unknown) => () => {
    onClose();
    void action();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/45" />
        <Dialog.Popup className="fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl border bg-surface-raised shadow-xl">
          <Dialog.Title className="sr-only">Do anything</Dialog.Title>
          <Command label="Do anything" loop>
            <Command.Input
              placeholder="Where to, or what to do?"
              className="h-12 w-full border-b bg-transparent px-4 text-sm outline-none placeholder:text-muted-foreground"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-2">
              <Command.Empty className="px-3 py-6 text-center text-sm text-muted-foreground">
                Nothing matches.
              </Command.Empty>
              {NAVIGATION.map((group) => (
                <Command.Group
                  key={group.title}
                  heading={group.title}
                  className="text-xs text-muted-foreground [&_[cmdk-group-items]]:text-foreground"
                >
                  {group.items.map(({ to, label, icon: Icon }) => (
                    <Command.Item
                      key={to}
                      value={`go ${label}`}
                      className={ITEM}
                      onSelect={run(async () => navigate({ to }))}
                    >
                      <Icon aria-hidden /> {label}
                    </Command.Item>
                  ))}
                </Command.Group>
              ))}
              <Command.Group
                heading="Do"
                className="text-xs text-muted-foreground [&_[cmdk-group-items]]:text-foreground"
              >
                <Command.Item className={ITEM} onSelect={run(async () => navigate({ to: '/machines/connect' }))}>
                  Connect a machine
                </Command.Item>
                {THEMES.map((theme) => (
                  <Command.Item key={theme} className={ITEM} onSelect={run(() => settingsStore.update({ theme }))}>
                    {themeWords[theme]}
                  </Command.Item>
                ))}
                {signedIn ? (
                  <Command.Item className={ITEM} onSelect={run(async () => session.signOut().catch(() => undefined))}>
                    Sign out
                  </Command.Item>
                ) : (
                  <Command.Item className={ITEM} onSelect={run(async () => navigate({ to: '/sign-in' }))}>
                    Sign in
                  </Command.Item>
                )}
              </Command.Group>
              {(bookings.data?.items.length ?? 0) > 0 && (
                <Command.Group
                  heading="Bookings"
                  className="text-xs text-muted-foreground [&_[cmdk-group-items]]:text-foreground"
                >
                  {bookings.data?.items.map((booking) => (
                    <Command.Item
                      key={booking.id}
                      value={`booking ${booking.id}`}
                      className={ITEM}
                      onSelect={run(async () =>
                        navigate({ to: '/bookings/$bookingId', params: { bookingId: booking.id } }),
                      )}
                    >
                      Booking {booking.id.slice(0, 8)}, {booking.status}
                    </Command.Item>
                  ))}
                </Command.Group>
              )}
            </Command.List>
          </Command>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
