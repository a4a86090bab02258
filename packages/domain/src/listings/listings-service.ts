import { imageProblem } from '../access/choose-image.ts';
import type { ContainerImage } from '../access/container-image.ts';
import { DomainError, notFound } from '../common/domain-error.ts';
import type { IdSource, ListingId, MachineId } from '../common/ids.ts';
import { listingIdSchema, newId } from '../common/ids.ts';
import type { Clock, Instant, TimeRange } from '../common/instant.ts';
import { SECOND_MS } from '../common/instant.ts';
import type { Currency } from '../common/money.ts';
import type { Page, PageRequest } from '../common/page.ts';
import { canMove } from '../common/state-graph.ts';
import { CALENDAR_ROWS_MAX } from '../machines/machines-service.ts';
import { lockOwnMachine } from '../machines/own-machine.ts';
import type { MachineSoftware } from '../machines/machine-software.ts';
import type { Machine } from '../machines/machine.ts';
import type { Benchmark } from '../benchmarks/benchmark.ts';
import { assertGpuMeasured } from '../benchmarks/gpu-measurable.ts';
import type { StoredReliability } from '../reliability/reliability-repository.ts';
import type { StaleReads, Tx, UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import { requireProvider } from '../users/require-role.ts';
import type { Actor } from '../users/user.ts';
import type { ListingFacets, ListingFilter, ListingSort, ListingSummary } from './listing-repository.ts';
import type { Listing, ListingStatus, ListingTerms } from './listing.ts';
import { HORIZON_MS, PRICE_PER_HOUR_MAX_MICROS, listingStateGraph } from './listing.ts';
import { wipePlanFor } from '../data-wipes/wipe-plan.ts';
import type { WipeStrategyKind } from '../data-wipes/data-wipe.ts';
import { SearchGate } from './search-gate.ts';
import { visibleListing } from './visible-listing.ts';

export interface ListingsServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly currency: Currency;
  readonly containerImages: readonly ContainerImage[];
}

/** A listing with what stands behind it: everything here is read or measured but the region, which is declared. */
export interface ListingDetail {
  readonly listing: Listing;
  readonly machine: Pick<
    Machine,
    'facts' | 'factsReadAt' | 'declaredRegion' | 'accessMode' | 'status' | 'reachability' | 'verifiedAt'
  >;
  readonly providerName: string;
  readonly benchmarks: readonly Benchmark[];
  readonly wipePlan: readonly WipeStrategyKind[];
  readonly reliability: StoredReliability;
  /** What a container here may be made from, the default first; empty for machines that give accounts. */
  readonly images: readonly OfferedImage[];
  /** When it was looked up which of them lie on the machine; null before that. */
  readonly imagesSeenAt: Instant | null;
}

/** One of the operator's images, as far as it concerns one machine. */
export interface OfferedImage extends ContainerImage {
  /** Null where nobody looked. */
  readonly isOnMachine: boolean | null;
  /** Why it can't be chosen here, as a sentence. */
  readonly problem: string | null;
}

/** Counting the whole market costs more than a page of it, and the choices of filters change slowly. */
const FACETS_KEPT_MS = 30 * SECOND_MS;
/** Half of a process's connections (`createKnex`): the other half is for everything else. */
const SEARCHES_RUNNING_MAX = 5;
/** Who would stand behind so many others is told at once to come again. */
const SEARCHES_WAITING_MAX = 500;

/** Offers of units. Only a verified, benchmarked, reachable machine can be on the market. */
export class ListingsService {
  readonly #options: ListingsServiceOptions;
  readonly #gate = new SearchGate({ runningMax: SEARCHES_RUNNING_MAX, waitingMax: SEARCHES_WAITING_MAX });
  #facets: { readonly at: Instant; readonly found: Promise<ListingFacets> } | undefined;

  constructor(options: ListingsServiceOptions) {
    this.#options = options;
  }

  /** Makes a draft. @throws DomainError not_found, invalid_amount, invalid_window, conflict */
  async create(actor: Actor, input: { machineId: MachineId; terms: ListingTerms }): Promise<Listing> {
    requireProvider(actor);
    assertTerms(input.terms);
    const { clock, currency, ids, uow } = this.#options;
    return uow.run(async (tx) => {
      const machine = await lockOwnMachine(tx, actor, input.machineId);
      const now = clock.now();
      const listing: Listing = {
        ...input.terms,
        id: newId(ids, listingIdSchema),
        machineId: machine.id,
        unitId: machine.unitId,
        providerId: actor.userId,
        currency,
        status: 'draft',
        createdAt: now,
        updatedAt: now,
      };
      await tx.listings.insert(listing);
      return listing;
    });
  }

  /** Changes the terms. Bookings that exist keep theirs. */
  async update(actor: Actor, input: { id: ListingId; terms: ListingTerms }): Promise<Listing> {
    assertTerms(input.terms);
    return this.#options.uow.runShown(async (tx) => {
      const listing = await lockOwnListing(tx, actor, input.id);
      if (listing.status === 'archived') throw wrongStatus(listing.status);
      const at = this.#options.clock.now();
      await tx.listings.updateTerms(listing.id, input.terms, at);
      return { ...listing, ...input.terms, updatedAt: at };
    });
  }

  /** @throws DomainError machine_not_verified, machine_not_benchmarked, machine_unreachable, wrong_state */
  async publish(actor: Actor, input: { id: ListingId }): Promise<Listing> {
    return this.#options.uow.runShown(async (tx) => {
      const listing = await lockOwnListing(tx, actor, input.id);
      const machine = await lockOwnMachine(tx, actor, listing.machineId);
      const latest = await tx.benchmarks.listLatest(machine.id);
      assertListable(machine, latest);
      assertGpuMeasured(machine, latest);
      return this.#move(tx, listing, 'active');
    });
  }

  async pause(actor: Actor, input: { id: ListingId }): Promise<Listing> {
    return this.#options.uow.runShown(async (tx) =>
      this.#move(tx, await lockOwnListing(tx, actor, input.id), 'paused'),
    );
  }

  async archive(actor: Actor, input: { id: ListingId }): Promise<Listing> {
    return this.#options.uow.runShown(async (tx) =>
      this.#move(tx, await lockOwnListing(tx, actor, input.id), 'archived'),
    );
  }

  /** Active listings are for everyone who has the link; others only for their provider. @throws DomainError not_found */
  async get(actor: Actor | null, input: { id: ListingId }): Promise<ListingDetail> {
    const { uow } = this.#options;
    // His own may be a draft that he has just changed; what others see of it may be some seconds old.
    const isPerhapsHis = actor?.roles.includes('provider') === true;
    return isPerhapsHis
      ? this.#detailOf(uow.reads, actor, input)
      : uow.readStale((reads) => this.#detailOf(reads, actor, input));
  }

  async #detailOf(reads: StaleReads, actor: Actor | null, input: { id: ListingId }): Promise<ListingDetail> {
    const listing = await visibleListing(reads, actor, input.id);
    const [machine, provider, benchmarks, reliability, software] = await Promise.all([
      reads.machines.findById(listing.machineId),
      reads.users.findById(listing.providerId),
      reads.benchmarks.listLatest(listing.machineId),
      reads.reliability.find(listing.machineId),
      reads.machineSoftware.find(listing.machineId),
    ]);
    if (machine === null || provider === null || reliability === null) throw notFound('listing');
    return {
      listing,
      machine,
      providerName: provider.providerProfile?.publicName ?? provider.displayName,
      benchmarks,
      wipePlan: wipePlanFor(machine.accessMode, listing.extraWipeStrategies),
      reliability,
      ...this.#imagesOf(machine, software),
    };
  }

  #imagesOf(
    machine: Machine,
    software: (MachineSoftware & { readonly seenAt: Instant }) | null,
  ): Pick<ListingDetail, 'images' | 'imagesSeenAt'> {
    if (machine.accessMode !== 'container') return { images: [], imagesSeenAt: null };
    const onMachine = software?.images ?? null;
    return {
      images: this.#options.containerImages.map((image) => ({
        ...image,
        isOnMachine: onMachine === null ? null : onMachine.includes(image.reference),
        problem: imageProblem(image, machine, onMachine),
      })),
      imagesSeenAt: onMachine === null ? null : (software?.seenAt ?? null),
    };
  }

  async listMine(actor: Actor, input: PageRequest): Promise<Page<Listing>> {
    requireProvider(actor);
    return this.#options.uow.reads.listings.listByProvider(actor.userId, input);
  }

  /** A page of the market. @throws DomainError invalid_cursor, busy */
  async search(
    input: PageRequest & { readonly filter: ListingFilter; readonly sort: ListingSort },
  ): Promise<Page<ListingSummary>> {
    return this.#gate.run(async () =>
      this.#options.uow.readStale((reads) => reads.listings.search(input.filter, input.sort, input)),
    );
  }

  /**
   * What a search finds, counted by region and GPU model. Of the whole market the counts are at most half a minute old.
   * @throws DomainError busy
   */
  async facets(input: { readonly filter: ListingFilter }): Promise<ListingFacets> {
    const count = async (): Promise<ListingFacets> =>
      this.#gate.run(async () => this.#options.uow.readStale((reads) => reads.listings.facets(input.filter)));
    if (Object.keys(input.filter).length > 0) return count();
    const now = this.#options.clock.now();
    const kept = this.#facets;
    if (kept !== undefined && now - kept.at < FACETS_KEPT_MS) return kept.found;
    const fresh = { at: now, found: count() };
    this.#facets = fresh;
    try {
      return await fresh.found;
    } catch (error) {
      // A failure is not kept: the next one asks again.
      if (this.#facets === fresh) this.#facets = undefined;
      throw error;
    }
  }

  /** Taken ranges of an active listing, without saying by whom. */
  async busyRanges(
    actor: Actor | null,
    input: { readonly id: ListingId; readonly range: TimeRange },
  ): Promise<readonly TimeRange[]> {
    if (input.range.end <= input.range.start || input.range.end - input.range.start > HORIZON_MS) {
      throw new DomainError('invalid_window', 'The range must be positive and at most 180 days long.', {
        field: 'range.end',
        remedy: 'Ask for a shorter range.',
      });
    }
    const { reads } = this.#options.uow;
    const listing = await visibleListing(reads, actor, input.id);
    const occupancies = await reads.occupancies.listByUnit(listing.unitId, input.range, CALENDAR_ROWS_MAX);
    return occupancies.map((occupancy) => occupancy.range);
  }

  async #move(tx: Tx, listing: Listing, to: ListingStatus): Promise<Listing> {
    if (!canMove(listingStateGraph, listing.status, to)) throw wrongStatus(listing.status);
    const at = this.#options.clock.now();
    await tx.listings.changeStatus(listing.id, { from: listing.status, to, at });
    tx.events.add({
      audience: listing.providerId,
      kind: 'listing_changed',
      subject: 'listing',
      subjectId: listing.id,
      text: `"${listing.title}" is ${to} now.`,
    });
    return { ...listing, status: to, updatedAt: at };
  }
}

async function lockOwnListing(tx: Tx, actor: Actor, id: ListingId): Promise<Listing> {
  const listing = await tx.listings.lockById(id);
  if (listing?.providerId !== actor.userId) throw notFound('listing');
  return listing;
}

function assertTerms(terms: ListingTerms): void {
  if (terms.pricePerHour <= 0n || terms.pricePerHour > PRICE_PER_HOUR_MAX_MICROS) {
    throw new DomainError('invalid_amount', 'The price per hour must be above 0 and at most 10000.', {
      field: 'terms.pricePerHour',
      remedy: 'Enter a price within these limits.',
    });
  }
  if (terms.extraWipeStrategies.includes('container_destroy')) {
    throw new DomainError('invalid_input', 'Containers are not offered yet, so there is none to destroy.', {
      field: 'terms.extraWipeStrategies',
      remedy: 'Leave this step out.',
    });
  }
  if (terms.durationMinMs <= 0 || terms.durationMaxMs < terms.durationMinMs || terms.durationMaxMs > HORIZON_MS) {
    throw new DomainError('invalid_window', 'The longest booking must be at least the shortest and at most 180 days.', {
      field: terms.durationMinMs <= 0 ? 'terms.durationMinMs' : 'terms.durationMaxMs',
      remedy: 'Enter lengths within these limits.',
    });
  }
}

/** @throws DomainError when a renter could not be given what the listing promises */
export function assertListable(machine: Machine, latest: readonly Benchmark[]): void {
  if (machine.status !== 'verified') {
    const code = machine.status === 'quarantined' ? 'machine_quarantined' : 'machine_not_verified';
    throw new DomainError(code, `${machine.name} is ${machine.status}, not verified.`, {
      remedy: 'Finish its checks first.',
    });
  }
  if (machine.reachability !== 'reachable') {
    throw new DomainError('machine_unreachable', `${machine.name} is ${machine.reachability} at the moment.`, {
      remedy: 'Check its network and SSH service, then try again.',
    });
  }
  if (latest.length === 0) {
    throw new DomainError('machine_not_benchmarked', `${machine.name} has no finished benchmark.`, {
      remedy: 'Run a benchmark first: renters see measured speed, not promises.',
    });
  }
}

function wrongStatus(status: ListingStatus): DomainError {
  return new DomainError('wrong_state', `This listing is ${status}.`, { remedy: 'Reload the page.' });
}
