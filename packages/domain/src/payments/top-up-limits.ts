import { DomainError } from '../common/domain-error.ts';
import type { Instant } from '../common/instant.ts';
import { DAY_MS, earlier, plusMs, toIso } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { amountMicros, formatMicros } from '../common/money.ts';
import { MINOR_UNIT_MICROS, TOP_UP_MAX_MICROS, TOP_UP_MIN_MICROS } from './payment.ts';

/** A renter is new for so long: stolen cards are tried on young accounts. */
export const NEW_RENTER_MS = 30 * DAY_MS;
/** What a new renter's cards bring within any seven days. */
export const NEW_RENTER_WINDOW_MS = 7 * DAY_MS;
export const NEW_RENTER_LIMIT_MICROS = 1_000_000_000n;
/** Of the smallest top-up no more than these fit under the limit, so that no more need to be read. */
export const NEW_RENTER_TOP_UPS_MAX = Number(NEW_RENTER_LIMIT_MICROS / TOP_UP_MIN_MICROS) + 1;

export interface CardTopUp {
  readonly amount: AmountMicros;
  readonly at: Instant;
}

/** @throws DomainError invalid_amount */
export function assertTopUpAmount(amount: AmountMicros, field = 'amount'): void {
  if (amount < TOP_UP_MIN_MICROS || amount > TOP_UP_MAX_MICROS) {
    throw new DomainError('invalid_amount', 'A top-up is at least 5.00 and at most 10000.00.', {
      field,
      remedy: 'Enter an amount within these limits.',
    });
  }
  if (amount % MINOR_UNIT_MICROS !== 0n) {
    throw new DomainError('invalid_amount', 'Cards take whole cents.', {
      field,
      remedy: 'Enter an amount with at most two decimals.',
    });
  }
}

/** Since when a new renter's top-ups count; null for everybody else. */
export function countedSince(accountCreatedAt: Instant, now: Instant): Instant | null {
  if (now - accountCreatedAt >= NEW_RENTER_MS) return null;
  return plusMs(now, -NEW_RENTER_WINDOW_MS);
}

/**
 * What a new renter may still top up now, and from when on the wanted amount is possible.
 * @param counted his top-ups by card of the last seven days, oldest first
 */
export function roomForTopUp(
  wanted: AmountMicros,
  renter: { readonly accountCreatedAt: Instant; readonly counted: readonly CardTopUp[] },
): { readonly left: AmountMicros; readonly from: Instant | null } {
  const used = renter.counted.reduce((sum, { amount }) => sum + amount, 0n);
  const left = NEW_RENTER_LIMIT_MICROS - used;
  if (wanted <= left) return { left: amountMicros(left), from: null };
  const notNewFrom = plusMs(renter.accountCreatedAt, NEW_RENTER_MS);
  let free = left;
  for (const { amount, at } of renter.counted) {
    free += amount;
    // The window is half open: a top-up counts for seven days less a millisecond.
    if (wanted <= free) return { left: most(left), from: earlier(notNewFrom, plusMs(at, NEW_RENTER_WINDOW_MS)) };
  }
  return { left: most(left), from: notNewFrom };
}

/** A limit that was lowered since leaves nothing, not less. */
function most(left: bigint): AmountMicros {
  return amountMicros(left > 0n ? left : 0n);
}

/** The refusal of a top-up above a new renter's limit. */
export function topUpLimitReached(left: AmountMicros, from: Instant, currency: Currency): DomainError {
  const limit = formatMicros(amountMicros(NEW_RENTER_LIMIT_MICROS), currency);
  return new DomainError(
    'limit_reached',
    `In an account's first 30 days cards bring at most ${limit} within 7 days; ${formatMicros(left, currency)} are left now.`,
    { field: 'amount', remedy: `Top up less, or this amount from ${toIso(from)} on.` },
  );
}
