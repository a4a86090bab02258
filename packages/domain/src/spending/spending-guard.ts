import { DomainError } from '../common/domain-error.ts';
import type { UserId } from '../common/ids.ts';
import type { Clock, TimeRange } from '../common/instant.ts';
import { toIso } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { ZERO_MICROS, amountMicros, formatMicros, minusMicros } from '../common/money.ts';
import type { Reads, Tx } from '../unit-of-work/unit-of-work.ts';
import type { Spending } from './spending.ts';
import { monthOf, reachedPercents } from './spending.ts';

export interface SpendingGuardOptions {
  readonly clock: Clock;
  readonly currency: Currency;
  /** The operator's limit for renters who decided nothing themselves; null for none. */
  readonly defaultLimit: AmountMicros | null;
}

/** Keeps a renter's month within his limit. Used by whatever sets money aside for a booking. */
export class SpendingGuard {
  readonly #options: SpendingGuardOptions;

  constructor(options: SpendingGuardOptions) {
    this.#options = options;
  }

  /** How the running month stands. */
  async read(reads: Pick<Reads, 'spending'>, renterId: UserId): Promise<Spending> {
    const { clock, currency } = this.#options;
    const month = monthOf(clock.now());
    // One after the other: inside a transaction there is one connection.
    const decided = await this.#limitOf(reads, renterId);
    const spent = await reads.spending.spentIn(renterId, month);
    const alarms = await reads.spending.listAlarms(renterId, month);
    const left = decided.limit === null ? null : atLeastZero(minusMicros(decided.limit, spent));
    return { month, ...decided, spent, left, currency, alarms };
  }

  /**
   * Refuses what was just set aside when the month is above its limit now, and tells the renter when a part of the limit is
   * reached. Call it after the hold was posted: that locks the wallet, so that of two bookings at once the second one sees the first.
   * @param added what was set aside, for the sentence; nothing at all is never refused
   * @throws DomainError limit_reached
   */
  async assertWithin(tx: Pick<Tx, 'spending' | 'events'>, renterId: UserId, added: AmountMicros): Promise<void> {
    if (added === 0n) return;
    const { limit } = await this.#limitOf(tx, renterId);
    // Most renters have none: they pay one look for it.
    if (limit === null) return;
    const month = monthOf(this.#options.clock.now());
    const spent = await tx.spending.spentIn(renterId, month);
    if (spent > limit) throw this.#refusal({ limit, spent, added, month });
    await this.#raiseAlarms(tx, { renterId, limit, spent, month });
  }

  async #limitOf(reads: Pick<Reads, 'spending'>, renterId: UserId): Promise<Pick<Spending, 'limit' | 'decidedBy'>> {
    const decided = await reads.spending.findLimit(renterId);
    return decided === null
      ? { limit: this.#options.defaultLimit, decidedBy: 'operator' }
      : { limit: decided.amount, decidedBy: 'renter' };
  }

  async #raiseAlarms(
    tx: Pick<Tx, 'spending' | 'events'>,
    reached: {
      readonly renterId: UserId;
      readonly limit: AmountMicros;
      readonly spent: AmountMicros;
      month: TimeRange;
    },
  ): Promise<void> {
    const { limit, month, renterId, spent } = reached;
    const { clock, currency } = this.#options;
    const percents = reachedPercents(spent, limit);
    if (percents.length === 0) return;
    const raised = await tx.spending.raiseAlarms(
      percents.map((percent) => ({ renterId, month: month.start, percent, limit, spent, currency, at: clock.now() })),
    );
    for (const percent of raised) {
      tx.events.add({
        audience: renterId,
        kind: 'spending_alarm',
        subject: 'user',
        subjectId: renterId,
        text:
          `${formatMicros(spent, currency)} are spent or set aside this month: ${String(percent)} % of your limit of ` +
          `${formatMicros(limit, currency)} ${percent === 100 ? 'is reached. Nothing more can be booked until it is raised or the month ends.' : 'is reached.'}`,
      });
    }
  }

  #refusal(month: {
    readonly limit: AmountMicros;
    readonly spent: AmountMicros;
    readonly added: AmountMicros;
    readonly month: TimeRange;
  }): DomainError {
    const { currency } = this.#options;
    const before = atLeastZero(minusMicros(month.spent, month.added));
    const left = atLeastZero(minusMicros(month.limit, before));
    const said = (amount: AmountMicros): string => formatMicros(amount, currency);
    return new DomainError(
      'limit_reached',
      `This sets ${said(month.added)} aside, but of your monthly limit of ${said(month.limit)} only ${said(left)} are left: ` +
        `${said(before)} are spent or set aside.`,
      {
        field: 'spending',
        remedy: `Choose a shorter time, raise your monthly limit, or wait until ${toIso(month.month.end).slice(0, 10)} (UTC).`,
      },
    );
  }
}

function atLeastZero(amount: AmountMicros): AmountMicros {
  return amount > 0n ? amountMicros(amount) : ZERO_MICROS;
}
