import { eventSubjects } from '@rsm/domain/events/event';
import { describe, expect, it } from 'vitest';
import { pathOf } from './event-target.ts';

describe('where an event leads', () => {
  it.each([
    ['booking', '/bookings/x'],
    ['machine', '/machines/x'],
    ['listing', '/listings/x'],
    ['payment', '/wallet'],
    ['user', '/settings'],
  ] as const)('%s leads to %s', (subject, path) => {
    expect(pathOf({ subject, subjectId: 'x' })).toBe(path);
  });

  it('asks for the screen of a clean-up and a benchmark only', () => {
    const asked = eventSubjects.filter((subject) => pathOf({ subject, subjectId: 'x' }) === null);
    expect(asked.toSorted()).toEqual(['benchmark', 'data_wipe']);
  });
});
