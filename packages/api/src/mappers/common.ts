import type { Instant, TimeRange } from '@rsm/domain/common/instant';
import { toIso } from '@rsm/domain/common/instant';
import { MICROS_PER_UNIT } from '@rsm/domain/common/money';
import type { AmountMicros } from '@rsm/domain/common/money';
import type { Page } from '@rsm/domain/common/page';

/** The answer of a call that has nothing to tell but that it worked. */
export const toDone = (): { done: true } => ({ done: true });

/** A page with each item turned into its DTO. */
export function toPage<Item, Dto>(
  page: Page<Item>,
  toDto: (item: Item) => Dto,
): { items: Dto[]; nextCursor: string | null } {
  return { items: page.items.map((item) => toDto(item)), nextCursor: page.nextCursor };
}

export const toTime = (at: Instant): Date => new Date(at);

export const toTimeOrNull = (at: Instant | null): Date | null => (at === null ? null : new Date(at));

export const toIsoOrNull = (at: Instant | null): string | null => (at === null ? null : toIso(at));

export const toTimeRange = (range: TimeRange): { start: Date; end: Date } => ({
  start: toTime(range.start),
  end: toTime(range.end),
});

/** The exact decimal text of an amount, with two to six decimals and without a currency: `1.50`. */
export function toDecimal(amount: AmountMicros): string {
  const absolute = amount < 0n ? -amount : amount;
  const fraction = (absolute % MICROS_PER_UNIT)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${amount < 0n ? '-' : ''}${absolute / MICROS_PER_UNIT}.${fraction}`;
}
