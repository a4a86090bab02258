import { eventKinds } from '@rsm/domain/events/event';
import { describe, expect, it } from 'vitest';
import { NOTIFY_AGE_MAX_MS, notificationOf, topicFor } from './notifications.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);
const all = { bookingReady: true, bookingEndsSoon: true, wipeVerified: true, machineUnreachable: true };
const at = (agoMs: number): string => new Date(nowMs - agoMs).toISOString();
const booking = { bookingId: 'b', listingTitle: 'Epyc in Frankfurt', viewer: 'renter' } as const;
const event = { text: 'Access works: the booking is active.', subject: 'booking', subjectId: 'b' } as const;

describe('which events a person is told of outside the window', () => {
  it('are these and no others', () => {
    const told = eventKinds.filter((kind) => topicFor({ kind, at: at(0) }, all, nowMs) !== null);
    expect(told.toSorted()).toEqual([
      'booking_active',
      'booking_auto_extend_stopped',
      'booking_ends_soon',
      'machine_unreachable',
      'wipe_verified',
    ]);
  });

  it.each([
    ['booking_active', 'bookingReady'],
    ['booking_ends_soon', 'bookingEndsSoon'],
    ['wipe_verified', 'wipeVerified'],
    ['machine_unreachable', 'machineUnreachable'],
  ] as const)('%s follows the setting %s', (kind, topic) => {
    expect(topicFor({ kind, at: at(0) }, all, nowMs)).toBe(topic);
    expect(topicFor({ kind, at: at(0) }, { ...all, [topic]: false }, nowMs)).toBeNull();
  });

  it('are not the old ones that arrive after sleep', () => {
    expect(topicFor({ kind: 'booking_ends_soon', at: at(NOTIFY_AGE_MAX_MS) }, all, nowMs)).toBe('bookingEndsSoon');
    expect(topicFor({ kind: 'booking_ends_soon', at: at(NOTIFY_AGE_MAX_MS + 1) }, all, nowMs)).toBeNull();
  });
});

describe('the words of a notification', () => {
  it('name the listing and lead to the way in', () => {
    expect(notificationOf(event, 'bookingReady', booking)).toEqual({
      title: 'Your machine is ready',
      body: 'Epyc in Frankfurt: Access works: the booking is active.',
      path: '/bookings/b?tab=connection',
    });
  });

  it.each(['bookingReady', 'bookingEndsSoon'] as const)('of %s are for the renter only', (topic) => {
    expect(notificationOf(event, topic, { ...booking, viewer: 'provider' })).toBeNull();
  });

  it('of a verified clean-up are for both, and lead to its report', () => {
    const wiped = { text: 'The clean-up is verified.', subject: 'data_wipe', subjectId: 'w' } as const;
    for (const viewer of ['renter', 'provider'] as const) {
      expect(notificationOf(wiped, 'wipeVerified', { ...booking, viewer })?.path).toBe('/bookings/b?tab=clean-up');
    }
  });

  it('are the event’s own where the booking could not be asked for', () => {
    expect(notificationOf(event, 'bookingReady', null)).toMatchObject({ body: event.text, path: '/bookings/b' });
    const wiped = { text: 'The clean-up is verified.', subject: 'data_wipe', subjectId: 'w' } as const;
    expect(notificationOf(wiped, 'wipeVerified', null)?.path).toBe('/inbox');
  });

  it('of an unreachable machine lead to the machine', () => {
    const gone = { text: 'lab-1 does not answer.', subject: 'machine', subjectId: 'm' } as const;
    expect(notificationOf(gone, 'machineUnreachable', null)).toEqual({
      title: 'A machine is unreachable',
      body: 'lab-1 does not answer.',
      path: '/machines/m',
    });
  });
});
