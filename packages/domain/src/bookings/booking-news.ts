import type { Instant } from '../common/instant.ts';
import { later, plusMs } from '../common/instant.ts';
import { SETTLEMENT_PERIOD_MS } from '../earnings/earning.ts';
import type { EventKind } from '../events/event.ts';
import type { Tx } from '../unit-of-work/unit-of-work.ts';
import { durationText } from './booking-window.ts';
import type { Booking } from './booking.ts';
import { AUTO_EXTEND_LEAD_MS, END_NOTICES_MS } from './booking.ts';

/** Tells renter and provider the same fact about a booking. */
export function tellBoth(tx: Pick<Tx, 'events'>, booking: Booking, kind: EventKind, text: string): void {
  for (const audience of [booking.renterId, booking.providerId]) {
    tx.events.add({ audience, kind, subject: 'booking', subjectId: booking.id, text });
  }
}

/** Tells the renter alone. */
export function tellRenter(tx: Pick<Tx, 'events'>, booking: Booking, kind: EventKind, text: string): void {
  tx.events.add({ audience: booking.renterId, kind, subject: 'booking', subjectId: booking.id, text });
}

/** (Re)schedules the end and the notices before it; the keys replace what an extension made wrong. */
export function scheduleEnd(tx: Pick<Tx, 'jobs'>, booking: Booking, now: Instant): void {
  tx.jobs.add({
    name: 'booking.end',
    payload: { bookingId: booking.id },
    key: `booking:${booking.id}:end`,
    runAt: booking.end,
  });
  scheduleAutoExtension(tx, booking, now);
  for (const beforeEndMs of END_NOTICES_MS) {
    const runAt = plusMs(booking.end, -beforeEndMs);
    // A notice whose time has passed when the booking is made says nothing new.
    if (runAt <= now) continue;
    tx.jobs.add({
      name: 'booking.notice',
      payload: { bookingId: booking.id, beforeEndMs },
      key: `booking:${booking.id}:notice:${String(beforeEndMs)}`,
      runAt,
    });
  }
}

/** Schedules the charge of the first week of use, when the booking is that long or may become so. */
export function scheduleFirstWeek(tx: Pick<Tx, 'jobs'>, booking: Booking, readyAt: Instant): void {
  tx.jobs.add({
    name: 'booking.settle_week',
    payload: { bookingId: booking.id },
    key: `booking:${booking.id}:settle_week`,
    runAt: plusMs(readyAt, SETTLEMENT_PERIOD_MS),
  });
}

/** (Re)schedules the next step of a booking that gets longer by itself. */
export function scheduleAutoExtension(tx: Pick<Tx, 'jobs'>, booking: Booking, now: Instant): void {
  if (booking.autoExtend === null) return;
  tx.jobs.add({
    name: 'booking.auto_extend',
    payload: { bookingId: booking.id },
    key: `booking:${booking.id}:auto_extend`,
    runAt: later(now, plusMs(booking.end, -AUTO_EXTEND_LEAD_MS)),
  });
}

/** The sentence of a notice before the end. */
export function noticeText(beforeEndMs: number): string {
  return `Your booking ends in ${durationText(beforeEndMs)}. Nothing survives it: take your data home or extend.`;
}
