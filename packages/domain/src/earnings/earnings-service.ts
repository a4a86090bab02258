import type { Clock } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import { requireProvider } from '../users/require-role.ts';
import type { Actor } from '../users/user.ts';
import type { Earning, EarningHold } from './earning.ts';
import { holdsOf } from './earning.ts';

/** An earning with every reason for which it is held back now. */
export interface HeldEarning extends Earning {
  readonly holds: readonly EarningHold[];
}

/** What providers earned and do not have yet, with the reasons. */
export class EarningsService {
  readonly #options: { readonly uow: UnitOfWork; readonly clock: Clock };

  constructor(options: { readonly uow: UnitOfWork; readonly clock: Clock }) {
    this.#options = options;
  }

  /** The actor's earnings that are not available yet, newest first. @throws DomainError forbidden */
  async listHeld(actor: Actor, input: PageRequest): Promise<Page<HeldEarning>> {
    requireProvider(actor);
    const page = await this.#options.uow.reads.earnings.listHeld(actor.userId, input);
    const now = this.#options.clock.now();
    return { ...page, items: page.items.map((earning) => ({ ...earning, holds: holdsOf(earning, now) })) };
  }
}
