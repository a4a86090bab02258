import type { AppRouter } from '@rsm/api';
import type { EventListItem } from '@rsm/api/schemas/events';
import { useQueryClient } from '@tanstack/react-query';
import type { TRPCClient } from '@trpc/client';
import { useEffect } from 'react';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';
import { usePlatform } from '../platform/platform-context.ts';
import type { Platform } from '../platform/platform.ts';
import { settingsStore } from '../settings/settings.ts';
import { createKeptSeq } from './kept-seq.ts';
import { useLive } from './live-provider.tsx';
import { notificationOf, topicFor, type BookingOfEvent, type SystemNotification } from './notifications.ts';

const NOTIFIED_PREFIX = 'rsm.notified.';

/** Tells of events through the system. Shows nothing itself; it stands once in a window, below the live feed. */
export function SystemNotifications({ onOpen }: { readonly onOpen: (path: string) => void }) {
  const { listen } = useLive();
  const platform = usePlatform();
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  useEffect(() => {
    const tell = async (event: EventListItem): Promise<void> => {
      const topic = topicFor(event, settingsStore.get().notifications, Date.now());
      if (topic === null || !canNotify(platform)) return;
      const me = await queryClient.query(trpc.users.me.queryOptions(undefined, { staleTime: Infinity }));
      if (!(await claim(me.id, event.seq))) return;
      const booking = await bookingOf(client, event).catch(() => null);
      const notification = notificationOf(event, topic, booking);
      if (notification !== null) await show(platform, notification, event.seq, onOpen);
    };
    // One after the other, so that a later event never claims the number of an earlier one.
    let queue: Promise<void> = Promise.resolve();
    return listen((event) => {
      queue = queue.then(async () => tell(event)).catch(reportError);
    });
  }, [listen, platform, client, trpc, queryClient, onOpen]);
  return null;
}

function canNotify(platform: Platform): boolean {
  return platform.kind === 'desktop' || ('Notification' in window && Notification.permission === 'granted');
}

/** Whether this window may tell of the event: of all windows and tabs that get it, the first one does. */
async function claim(userId: string, seq: number): Promise<boolean> {
  const raise = (): boolean => createKeptSeq(localStorage, NOTIFIED_PREFIX).raise(userId, seq);
  // Without a lock (a page of another computer without https has none) two tabs may both be first; the tag below still joins them.
  return 'locks' in navigator ? navigator.locks.request('rsm.notified', raise) : raise();
}

async function bookingOf(client: TRPCClient<AppRouter>, event: EventListItem): Promise<BookingOfEvent | null> {
  if (event.subject !== 'booking' && event.subject !== 'data_wipe') return null;
  const bookingId =
    event.subject === 'booking'
      ? event.subjectId
      : (await client.dataWipes.get.query({ id: event.subjectId })).bookingId;
  const { listingTitle, viewer } = await client.bookings.get.query({ id: bookingId });
  return { bookingId, listingTitle, viewer };
}

async function show(
  platform: Platform,
  { title, body, path }: SystemNotification,
  seq: number,
  onOpen: (path: string) => void,
): Promise<void> {
  if (platform.kind === 'desktop') {
    await platform.bridge.app.notify({ title, body, path });
    return;
  }
  const shown = new Notification(title, { body, tag: `rsm-${String(seq)}`, icon: '/icon.svg' });
  shown.addEventListener('click', () => {
    window.focus();
    shown.close();
    onOpen(path);
  });
}
