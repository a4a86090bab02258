import type { ListingRead } from '@rsm/api/schemas/listings';
import type { MachineRead } from '@rsm/api/schemas/machines';
import { wipeStrategyKinds } from '@rsm/domain/data-wipes/data-wipe';
import {
  cancellationPolicies,
  DURATION_MAX_DEFAULT_MS,
  DURATION_MIN_DEFAULT_MS,
  TITLE_LENGTH_MAX,
  visibilities,
} from '@rsm/domain/listings/listing';
import { z } from 'zod';
import { decimalOf } from '../format/money.ts';
import { hardwareLine } from './machine-facts-text.ts';

export const DURATION_UNITS = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const;
const durationUnit = z.enum(['days', 'hours', 'minutes']);
type DurationUnit = z.infer<typeof durationUnit>;

/** The form of a listing as it is typed: texts, until the server has read them. */
export const listingDraftSchema = z.object({
  title: z.string(),
  description: z.string(),
  price: z.string(),
  shortest: z.string(),
  shortestUnit: durationUnit,
  longest: z.string(),
  longestUnit: durationUnit,
  cancellationPolicy: z.enum(cancellationPolicies),
  extraWipeStrategies: z.array(z.enum(wipeStrategyKinds)),
  visibility: z.enum(visibilities),
});
export type ListingDraft = z.infer<typeof listingDraftSchema>;

/** What the form begins with: the listing as it is, or the product's defaults and a title from the hardware. */
export function draftOf(listing: ListingRead | null, machine: Pick<MachineRead, 'name' | 'facts'>): ListingDraft {
  const [shortest, shortestUnit] = splitDuration(listing?.durationMinMs ?? DURATION_MIN_DEFAULT_MS);
  const [longest, longestUnit] = splitDuration(listing?.durationMaxMs ?? DURATION_MAX_DEFAULT_MS);
  return {
    title: listing?.title ?? (hardwareLine(machine.facts) ?? machine.name).slice(0, TITLE_LENGTH_MAX),
    description: listing?.description ?? '',
    price: listing === null ? '' : decimalOf(listing.pricePerHourMicros),
    shortest,
    shortestUnit,
    longest,
    longestUnit,
    cancellationPolicy: listing?.cancellationPolicy ?? 'flexible',
    extraWipeStrategies: [...(listing?.extraWipeStrategies ?? [])],
    visibility: listing?.visibility ?? 'public',
  };
}

/** What the server is asked for. Texts that are no numbers go there as they are and come back with a sentence. */
export function termsOf(draft: ListingDraft) {
  return {
    title: draft.title,
    description: draft.description,
    pricePerHour: priceText(draft.price),
    durationMinMs: joinDuration(draft.shortest, draft.shortestUnit),
    durationMaxMs: joinDuration(draft.longest, draft.longestUnit),
    cancellationPolicy: draft.cancellationPolicy,
    extraWipeStrategies: draft.extraWipeStrategies,
    visibility: draft.visibility,
  };
}

/** `1,50` is how half of Europe types it. Nothing else is guessed. */
export function priceText(typed: string): string {
  const text = typed.trim();
  return /^\d+,\d{1,6}$/.test(text) ? text.replace(',', '.') : text;
}

/** In the largest unit that leaves no rest. */
export function splitDuration(durationMs: number): readonly [count: string, unit: DurationUnit] {
  for (const [unit, unitMs] of DURATION_UNITS) {
    if (durationMs >= unitMs && durationMs % unitMs === 0) return [String(durationMs / unitMs), unit];
  }
  return [String(durationMs / 60_000), 'minutes'];
}

/** Whole milliseconds; not a number when the text is none. */
export function joinDuration(count: string, unit: DurationUnit): number {
  const text = count.trim().replace(',', '.');
  const unitMs = DURATION_UNITS.find(([name]) => name === unit)?.[1] ?? Number.NaN;
  return text === '' ? Number.NaN : Math.round(Number(text) * unitMs);
}

/** Whether two forms say the same. */
export function isSameDraft(a: ListingDraft, b: ListingDraft): boolean {
  return JSON.stringify(listingDraftSchema.parse(a)) === JSON.stringify(listingDraftSchema.parse(b));
}
