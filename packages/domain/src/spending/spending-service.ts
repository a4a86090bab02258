import { DomainError, notFound } from '../common/domain-error.ts';
import type { UserId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import type { AmountMicros, Currency } from '../common/money.ts';
import { formatMicros } from '../common/money.ts';
import { MINOR_UNIT_MICROS } from '../payments/payment.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { SpendingGuard } from './spending-guard.ts';
import type { Spending } from './spending.ts';
import { SPENDING_LIMIT_MAX_MICROS, SPENDING_LIMIT_MIN_MICROS } from './spending.ts';

export interface SpendingServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly currency: Currency;
  readonly guard: SpendingGuard;
}

/** What a renter spends in a month, and the limit that he sets for it. Everybody sees and changes his own only. */
export class SpendingService {
  readonly #options: SpendingServiceOptions;

  constructor(options: SpendingServiceOptions) {
    this.#options = options;
  }

  async get(actor: Actor): Promise<Spending> {
    return this.#options.guard.read(this.#options.uow.reads, actor.userId);
  }

  /**
   * From now on bookings and extensions are refused that would bring a month above the limit. It may lie below what is spent
   * already: running bookings go on, because their hold is the most they cost. The same limit again changes nothing.
   * @throws DomainError invalid_amount
   */
  async setLimit(actor: Actor, input: { readonly limit: AmountMicros }): Promise<Spending> {
    assertLimit(input.limit);
    return this.#decide(actor.userId, input.limit);
  }

  /** From now on there is no limit, not even the operator's. Doing it twice is harmless. */
  async clearLimit(actor: Actor): Promise<Spending> {
    return this.#decide(actor.userId, null);
  }

  async #decide(renterId: UserId, amount: AmountMicros | null): Promise<Spending> {
    const { clock, currency, guard, uow } = this.#options;
    return uow.run(async (tx) => {
      if ((await tx.users.lockById(renterId)) === null) throw notFound('account');
      const earlier = await tx.spending.findLimit(renterId);
      if (earlier === null || earlier.amount !== amount) {
        await tx.spending.addLimit({ renterId, amount, currency, setAt: clock.now() });
        const text =
          amount === null
            ? 'Your months have no limit now.'
            : `Your limit for a month is ${formatMicros(amount, currency)} now.`;
        tx.events.add({ audience: renterId, kind: 'profile_changed', subject: 'user', subjectId: renterId, text });
      }
      return guard.read(tx, renterId);
    });
  }
}

function assertLimit(limit: AmountMicros): void {
  if (limit < SPENDING_LIMIT_MIN_MICROS || limit > SPENDING_LIMIT_MAX_MICROS) {
    throw new DomainError('invalid_amount', 'A monthly limit is at least 1.00 and at most 1000000.00.', {
      field: 'limit',
      remedy: 'Enter an amount within these bounds, or take the limit away.',
    });
  }
  if (limit % MINOR_UNIT_MICROS !== 0n) {
    throw new DomainError('invalid_amount', 'A monthly limit has at most two decimals.', {
      field: 'limit',
      remedy: 'Enter whole cents.',
    });
  }
}
