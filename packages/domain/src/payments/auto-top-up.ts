import { DomainError } from '../common/domain-error.ts';
import type { CardId, UserId } from '../common/ids.ts';
import type { Instant } from '../common/instant.ts';
import { instant } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { formatMicros } from '../common/money.ts';
import type { JobWriter } from '../jobs/job.ts';
import { MINOR_UNIT_MICROS, TOP_UP_MAX_MICROS } from './payment.ts';
import { assertTopUpAmount } from './top-up-limits.ts';

/** A renter's wish: whenever the wallet is below the threshold, charge the card, up to a limit per calendar month (UTC). */
export interface AutoTopUp {
  readonly userId: UserId;
  readonly cardId: CardId;
  readonly threshold: AmountMicros;
  readonly amount: AmountMicros;
  readonly monthlyLimit: AmountMicros;
  readonly changedAt: Instant;
  /** Set when a charge did not work: it waits for the renter, who sets it anew. */
  readonly stoppedAt: Instant | null;
  readonly stoppedReason: string | null;
  /** Set when a limit is reached: it goes on by itself then. */
  readonly pausedUntil: Instant | null;
}

export type AutoTopUpWish = Pick<AutoTopUp, 'cardId' | 'threshold' | 'amount' | 'monthlyLimit'>;

/** The most that may be charged by itself in a month: ten of the largest top-ups. */
export const MONTHLY_LIMIT_MAX_MICROS = 10n * TOP_UP_MAX_MICROS;

export interface AutoTopUpReads {
  find(userId: UserId): Promise<AutoTopUp | null>;
  /** Whether the wish stands and the wallet is below its threshold, with no automatic top-up under way. */
  isDue(userId: UserId, now: Instant): Promise<boolean>;
  /** People of whom that is so, for the sweep; at most `limit`. */
  listDue(now: Instant, limit: number): Promise<readonly UserId[]>;
}

export interface AutoTopUpRepository extends AutoTopUpReads {
  lock(userId: UserId): Promise<AutoTopUp | null>;
  /** Inserts or replaces the whole wish. */
  save(wish: AutoTopUp): Promise<void>;
  remove(userId: UserId): Promise<boolean>;
  /** False when there is none, or it has stopped already. */
  stop(userId: UserId, change: { at: Instant; reason: string }): Promise<boolean>;
  pause(userId: UserId, until: Instant): Promise<void>;
}

/** @throws DomainError invalid_amount, which names the field */
export function assertAutoTopUpWish(wish: AutoTopUpWish, currency: Currency): void {
  if (wish.threshold <= 0n || wish.threshold > TOP_UP_MAX_MICROS || wish.threshold % MINOR_UNIT_MICROS !== 0n) {
    throw new DomainError('invalid_amount', 'The threshold is more than 0, at most 10000.00 and of whole cents.', {
      field: 'threshold',
      remedy: 'Enter an amount within these limits.',
    });
  }
  assertTopUpAmount(wish.amount);
  const isWhole = wish.monthlyLimit % MINOR_UNIT_MICROS === 0n;
  if (wish.monthlyLimit >= wish.amount && wish.monthlyLimit <= MONTHLY_LIMIT_MAX_MICROS && isWhole) return;
  const least = formatMicros(wish.amount, currency);
  throw new DomainError(
    'invalid_amount',
    `The monthly limit is at least ${least}, one top-up, and at most 100000.00.`,
    {
      field: 'monthlyLimit',
      remedy: 'Enter an amount within these limits, with at most two decimals.',
    },
  );
}

/** The first moment of the calendar month (UTC) of a time. */
export function monthStart(at: Instant): Instant {
  const date = new Date(at);
  return instant(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1));
}

/** The first moment of the month after it. */
export function nextMonthStart(at: Instant): Instant {
  const date = new Date(at);
  return instant(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1));
}

/** Asks for a look whether the wallet wants filling; one that waits already is enough. */
export function requestAutoTopUp(jobs: JobWriter, userId: UserId): void {
  jobs.add({ name: 'payment.auto_top_up', payload: { userId }, key: `user:${userId}:auto_top_up` });
}
