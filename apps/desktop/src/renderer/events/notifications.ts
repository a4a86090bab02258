import type { EventListItem } from '@rsm/api/schemas/events';
import type { EventKind } from '@rsm/domain/events/event';
import type { Settings } from '../settings/settings.ts';
import { cleanUpPath } from './event-target.ts';

export type NotificationTopic = keyof Settings['notifications'];

/** The events that a person may be told of outside the window. */
const topics: Readonly<Partial<Record<EventKind, NotificationTopic>>> = {
  booking_active: 'bookingReady',
  booking_ends_soon: 'bookingEndsSoon',
  booking_auto_extend_stopped: 'bookingEndsSoon',
  wipe_verified: 'wipeVerified',
  machine_unreachable: 'machineUnreachable',
};

export const notificationTitles: Readonly<Record<NotificationTopic, string>> = {
  bookingReady: 'Your machine is ready',
  bookingEndsSoon: 'A booking ends soon',
  wipeVerified: 'Clean-up verified',
  machineUnreachable: 'A machine is unreachable',
};

/** After sleep or a lost connection old events arrive in a heap; what is older than this is news for the inbox only. */
export const NOTIFY_AGE_MAX_MS = 10 * 60_000;

/** The topic under which a person wants to hear of an event now; null when he does not. */
export function topicFor(
  event: Pick<EventListItem, 'kind' | 'at'>,
  wanted: Settings['notifications'],
  nowMs: number,
): NotificationTopic | null {
  const topic = topics[event.kind];
  if (topic === undefined || !wanted[topic]) return null;
  return nowMs - Date.parse(event.at) > NOTIFY_AGE_MAX_MS ? null : topic;
}

/** What the booking behind an event is called, and on which side the person stands. */
export interface BookingOfEvent {
  readonly bookingId: string;
  readonly listingTitle: string;
  readonly viewer: 'renter' | 'provider' | 'admin';
}

export interface SystemNotification {
  readonly title: string;
  readonly body: string;
  /** A path within the app. */
  readonly path: string;
}

/** The words of a notification; null where they are for the other side only. `booking` is null where it could not be asked for. */
export function notificationOf(
  event: Pick<EventListItem, 'text' | 'subject' | 'subjectId'>,
  topic: NotificationTopic,
  booking: BookingOfEvent | null,
): SystemNotification | null {
  const title = notificationTitles[topic];
  if (topic === 'machineUnreachable') return { title, body: event.text, path: `/machines/${event.subjectId}` };
  if (booking === null) {
    return { title, body: event.text, path: event.subject === 'booking' ? `/bookings/${event.subjectId}` : '/inbox' };
  }
  // The same fact is told to both sides, but it is the renter who logs in and takes his data home.
  if (topic !== 'wipeVerified' && booking.viewer !== 'renter') return null;
  return {
    title,
    body: `${booking.listingTitle}: ${event.text}`,
    path: pathFor(topic, booking.bookingId),
  };
}

/** Where the person wants to be: at the way in, at the report, or at the booking. */
function pathFor(topic: NotificationTopic, bookingId: string): string {
  if (topic === 'bookingReady') return `/bookings/${bookingId}?tab=connection`;
  return topic === 'wipeVerified' ? cleanUpPath(bookingId) : `/bookings/${bookingId}`;
}
