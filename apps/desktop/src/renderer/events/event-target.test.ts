import { eventSubjects } from '@rsm/domain/events/event';
import { describe, expect, it } from 'vitest';
import { documentsPath, pathOf } from './event-target.ts';

describe('where an event leads', () => {
  it.each([
    ['booking', '/bookings/x'],
    ['machine', '/machines/x'],
    ['listing', '/listings/x'],
    ['payment', '/wallet'],
    ['user', '/settings'],
  ] as const)('%s leads to %s', (subject, path) => {
    expect(pathOf({ kind: 'wallet_changed', subject, subjectId: 'x' })).toBe(path);
  });

  it.each([
    ['payment', 'payout_changed', '/earnings/payouts/x'],
    ['user', 'payout_changed', '/earnings?tab=payouts'],
    ['user', 'earnings_changed', '/earnings'],
    ['user', 'profile_changed', '/settings'],
  ] as const)('%s leads a provider by what happened: %s', (subject, kind, path) => {
    expect(pathOf({ kind, subject, subjectId: 'x' })).toBe(path);
  });

  it.each([
    ['invoice', '/wallet'],
    ['credit_note', '/wallet'],
    ['provider_statement', '/earnings?tab=documents'],
    ['payout_statement', '/earnings?tab=documents'],
  ] as const)('a document leads to the list that it is in: %s', (kind, path) => {
    expect(documentsPath(kind)).toBe(path);
  });

  it('asks for the screen of what has none of its own only', () => {
    const asked = eventSubjects.filter(
      (subject) => pathOf({ kind: 'wallet_changed', subject, subjectId: 'x' }) === null,
    );
    expect(asked.toSorted()).toEqual(['benchmark', 'data_wipe', 'dispute', 'document']);
  });
});
