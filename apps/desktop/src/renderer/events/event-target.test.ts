import { eventSubjects } from '@rsm/domain/events/event';
import { describe, expect, it } from 'vitest';
import { pathOf } from './event-target.ts';

describe('where an event leads', () => {
  it.each([
    ['booking', '/bookings/x'],
    ['machine', '/machines/x'],
    ['listing', '/listings/x'],
    ['payment', '/wallet'],
    ['document', '/wallet/documents/x'],
    ['user', '/settings'],
  ] as const)('%s leads to %s', (subject, path) => {
    expect(pathOf({ kind: 'profile_changed', subject, subjectId: 'x' })).toBe(path);
  });

  it.each([
    ['card_changed', 'user', '/wallet?tab=cards'],
    ['auto_top_up_stopped', 'user', '/wallet?tab=cards'],
    ['spending_alarm', 'user', '/wallet'],
    ['refund_changed', 'payment', '/wallet?tab=payments'],
    ['wallet_changed', 'payment', '/wallet'],
  ] as const)('%s leads to the part of the wallet that shows it', (kind, subject, path) => {
    expect(pathOf({ kind, subject, subjectId: 'x' })).toBe(path);
  });

  it.each([
    ['payment', 'payout_changed', '/earnings/payouts/x'],
    ['user', 'payout_changed', '/earnings?tab=payouts'],
    ['user', 'earnings_changed', '/earnings'],
    ['user', 'profile_changed', '/settings'],
  ] as const)('%s leads a provider by what happened: %s', (subject, kind, path) => {
    expect(pathOf({ kind, subject, subjectId: 'x' })).toBe(path);
  });

  it('asks for the screen of what has none of its own only', () => {
    const asked = eventSubjects.filter(
      (subject) => pathOf({ kind: 'profile_changed', subject, subjectId: 'x' }) === null,
    );
    expect(asked.toSorted()).toEqual(['benchmark', 'data_wipe', 'dispute']);
  });
});
