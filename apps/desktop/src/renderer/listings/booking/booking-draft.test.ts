import { expect, test } from 'vitest';
import { bookingDraftSchema, firstDraft, windowOf } from './booking-draft.ts';

const MINUTE_MS = 60_000;
const LISTING = { durationMinMs: 10 * MINUTE_MS, durationMaxMs: 30 * 24 * 60 * MINUTE_MS };
const NOW_MS = new Date(2026, 10, 22, 12, 0).getTime();
const later = (startText: string) => ({ ...firstDraft(LISTING), when: 'later' as const, startText });

test('the panel begins with an hour from now', () => {
  expect(windowOf(firstDraft(LISTING), LISTING, NOW_MS)).toEqual({ ok: true, start: null, durationMs: 60 * MINUTE_MS });
});

test('a later start is read in the zone of the person', () => {
  expect(windowOf(later('2026-11-23T08:30'), LISTING, NOW_MS)).toMatchObject({
    ok: true,
    start: new Date(2026, 10, 23, 8, 30),
  });
});

test('both fields say what is wrong with them', () => {
  expect(windowOf({ ...later('2026-11-21T08:30'), hours: '', minutes: '3' }, LISTING, NOW_MS)).toEqual({
    ok: false,
    startError: 'The start lies in the past. Choose “Now” or a later time.',
    lengthError: 'This listing is booked for at least 10 min.',
  });
  expect(windowOf(later(''), LISTING, NOW_MS)).toMatchObject({ ok: false, startError: 'Choose a day and a time.' });
});

test('what was chosen can be kept and read again', () => {
  const draft = later('2026-11-23T08:30');
  expect(bookingDraftSchema.parse(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
});
