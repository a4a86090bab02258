import { notFound } from '../common/domain-error.ts';
import type { ListingId, MachineId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import { DAY_MS, plusMs } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import { visibleListing } from '../listings/visible-listing.ts';
import { ownMachine } from '../machines/own-machine.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { MachineDay } from './machine-day.ts';
import { dayStartOf } from './machine-day.ts';
import type { StoredReliability } from './reliability-repository.ts';
import type { ReliabilityLoss } from './reliability.ts';
import { UPTIME_DAYS_SHOWN } from './reliability.ts';

/** The figure as it was computed last, with the days that it shows. */
export interface ReliabilityView extends StoredReliability {
  /** Oldest first; days before the machine was connected are missing, and today's is as old as the figure. */
  readonly days: readonly MachineDay[];
}

/** A machine's reliability with every event behind it: in full for its owner, without bookings for everybody else. */
export class ReliabilityService {
  readonly #options: { readonly uow: UnitOfWork; readonly clock: Clock };

  constructor(options: { readonly uow: UnitOfWork; readonly clock: Clock }) {
    this.#options = options;
  }

  /** The figure of a machine, for its owner or an admin. @throws DomainError not_found */
  async ofMachine(actor: Actor, input: { readonly id: MachineId }): Promise<ReliabilityView> {
    await ownMachine(this.#options, actor, input.id);
    return this.#view(input.id);
  }

  /** What lowered it, newest first, for the owner or an admin. @throws DomainError not_found, invalid_cursor */
  async listMachineLosses(
    actor: Actor,
    input: PageRequest & { readonly id: MachineId },
  ): Promise<Page<ReliabilityLoss>> {
    await ownMachine(this.#options, actor, input.id);
    return this.#options.uow.reads.reliability.listLosses(input.id, input);
  }

  /** The figure of the machine behind a listing, for whoever may see the listing. @throws DomainError not_found */
  async ofListing(actor: Actor | null, input: { readonly id: ListingId }): Promise<ReliabilityView> {
    const { machineId } = await visibleListing(this.#options.uow.reads, actor, input.id);
    return this.#view(machineId);
  }

  /**
   * What lowered it, newest first, for whoever may see the listing: kinds, days and points, but no booking and no hour, which
   * would say when somebody else used the machine. @throws DomainError not_found, invalid_cursor
   */
  async listListingLosses(
    actor: Actor | null,
    input: PageRequest & { readonly id: ListingId },
  ): Promise<Page<ReliabilityLoss>> {
    const { reads } = this.#options.uow;
    const { machineId } = await visibleListing(reads, actor, input.id);
    const page = await reads.reliability.listLosses(machineId, input);
    return { ...page, items: page.items.map((loss) => ({ ...loss, bookingId: null, at: dayStartOf(loss.at) })) };
  }

  async #view(id: MachineId): Promise<ReliabilityView> {
    const { clock, uow } = this.#options;
    const since = plusMs(dayStartOf(clock.now()), (1 - UPTIME_DAYS_SHOWN) * DAY_MS);
    const [stored, days] = await Promise.all([
      uow.reads.reliability.find(id),
      uow.reads.reliability.listDays(id, { since, limit: UPTIME_DAYS_SHOWN }),
    ]);
    if (stored === null) throw notFound('machine');
    return { ...stored, days };
  }
}
