import { expect, test } from 'vitest';
import type { BookingStatus } from '@rsm/domain/bookings/booking';
import { arrangeBookings } from './arrange-bookings.ts';

const item = (status: BookingStatus, hour: number) => ({
  status,
  start: `2026-11-22T${String(hour).padStart(2, '0')}:00:00.000Z`,
  end: '2026-11-23T00:00:00.000Z',
});

test('active bookings come first, then the next ones by their start, then those being cleaned up', () => {
  const { current } = arrangeBookings([
    item('wiping', 1),
    item('scheduled', 9),
    item('scheduled', 8),
    item('active', 5),
  ]);
  expect(current.map(({ status, start }) => `${status} ${start.slice(11, 13)}`)).toEqual([
    'active 05',
    'scheduled 08',
    'scheduled 09',
    'wiping 01',
  ]);
});

test('past bookings come newest first, whatever became of them', () => {
  const { current, past } = arrangeBookings([item('completed', 1), item('cancelled', 3), item('failed', 2)]);
  expect(current).toEqual([]);
  expect(past.map(({ status }) => status)).toEqual(['cancelled', 'failed', 'completed']);
});
