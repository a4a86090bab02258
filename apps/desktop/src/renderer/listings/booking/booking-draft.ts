import type { ListingRead } from '@rsm/api/schemas/listings';
import { z } from 'zod';
import { fromLocalInput } from '../../format/time.ts';
import { firstLengthMs, lengthDraftOf, lengthOf, startProblem } from './booking-wish.ts';

/** What a person chose in the booking panel. Kept while the window is open, so that signing in on the way loses nothing. */
export const bookingDraftSchema = z.object({
  when: z.enum(['now', 'later']),
  /** The value of a `datetime-local` field. */
  startText: z.string().max(40),
  days: z.string().max(10),
  hours: z.string().max(10),
  minutes: z.string().max(10),
  canaryConsent: z.boolean(),
  /** The reference of an image; empty for the first one. */
  containerImage: z.string().max(300),
});
export type BookingDraft = z.infer<typeof bookingDraftSchema>;

export function firstDraft(listing: Pick<ListingRead, 'durationMinMs' | 'durationMaxMs'>): BookingDraft {
  return {
    when: 'now',
    startText: '',
    ...lengthDraftOf(firstLengthMs(listing)),
    canaryConsent: false,
    containerImage: '',
  };
}

/** What the panel asks for: a window, or why there is none yet, at its field. */
export type WindowWish =
  | { readonly ok: true; readonly start: Date | null; readonly durationMs: number }
  | { readonly ok: false; readonly startError: string | undefined; readonly lengthError: string | undefined };

export function windowOf(
  draft: BookingDraft,
  listing: Pick<ListingRead, 'durationMinMs' | 'durationMaxMs'>,
  nowMs: number,
): WindowWish {
  const length = lengthOf(draft, listing);
  const start = draft.when === 'now' ? null : fromLocalInput(draft.startText);
  const problem =
    draft.when === 'now'
      ? null
      : startProblem(start, typeof length === 'number' ? length : listing.durationMinMs, nowMs);
  if (typeof length === 'number' && problem === null) return { ok: true, start, durationMs: length };
  return {
    ok: false,
    startError: problem ?? undefined,
    lengthError: typeof length === 'string' ? length : undefined,
  };
}
