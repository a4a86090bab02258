import { notFound } from '@rsm/domain/common/domain-error';
import type { ListingId, MachineId, UserId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Page, PageRequest } from '@rsm/domain/common/page';
import type {
  ListingFacets,
  ListingFilter,
  ListingRepository,
  ListingSort,
  ListingSummary,
} from '@rsm/domain/listings/listing-repository';
import type { Listing, ListingStatus, ListingTerms } from '@rsm/domain/listings/listing';

import { newestFirst } from '../common/newest-first.ts';
import type { Session } from '../common/session.ts';
import { recordStatusChange } from '../common/status.ts';
import { ListingModel } from './listing-model.ts';
import { listFacets, searchListings } from './search-listings.ts';

/** Offers of units. */
export class PgListingRepository implements ListingRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async findById(id: ListingId): Promise<Listing | null> {
    const row = await ListingModel.query(this.#session.connection).findById(id);
    return row?.toListing() ?? null;
  }

  async listByProvider(providerId: UserId, request: PageRequest): Promise<Page<Listing>> {
    return newestFirst(
      ListingModel.query(this.#session.connection).where({ provider_id: providerId }),
      request,
      (row) => row.toListing(),
    );
  }

  async findLiveByMachine(machineId: MachineId): Promise<Listing | null> {
    const row = await ListingModel.query(this.#session.connection)
      .where({ machine_id: machineId })
      .whereNot({ status: 'archived' })
      .first();
    return row?.toListing() ?? null;
  }

  search(filter: ListingFilter, sort: ListingSort, request: PageRequest): Promise<Page<ListingSummary>> {
    return searchListings(this.#session, filter, sort, request);
  }

  facets(filter: ListingFilter): Promise<ListingFacets> {
    return listFacets(this.#session, filter);
  }

  async insert(listing: Listing): Promise<void> {
    await this.#session.refusing(
      ListingModel.query(this.#session.connection).insert({
        id: listing.id,
        machine_id: listing.machineId,
        unit_id: listing.unitId,
        provider_id: listing.providerId,
        ...termColumns(listing),
        currency: listing.currency,
        status: listing.status,
        created_at: listing.createdAt,
        updated_at: listing.updatedAt,
      }),
    );
  }

  async lockById(id: ListingId): Promise<Listing | null> {
    const row = await this.#session.refusing(
      ListingModel.query(this.#session.connection).findById(id).forNoKeyUpdate(),
    );
    return row?.toListing() ?? null;
  }

  async updateTerms(id: ListingId, terms: ListingTerms, at: Instant): Promise<void> {
    const updated = await this.#session.refusing(
      ListingModel.query(this.#session.connection)
        .patch({ ...termColumns(terms), updated_at: at })
        .where({ id }),
    );
    if (updated !== 1) throw notFound('listing');
  }

  async changeStatus(id: ListingId, change: { from: ListingStatus; to: ListingStatus; at: Instant }): Promise<void> {
    const updated = await this.#session.refusing(
      ListingModel.query(this.#session.connection)
        .patch({ status: change.to, updated_at: change.at })
        .where({ id, status: change.from }),
    );
    await recordStatusChange(this.#session, updated, {
      ...change,
      subject: 'listing',
      noun: 'listing',
      id,
      reason: null,
    });
  }
}

function termColumns(terms: ListingTerms) {
  return {
    title: terms.title,
    description: terms.description,
    price_per_hour_micros: terms.pricePerHour,
    duration_min_ms: BigInt(terms.durationMinMs),
    duration_max_ms: BigInt(terms.durationMaxMs),
    cancellation_policy: terms.cancellationPolicy,
    extra_wipe_strategies: [...terms.extraWipeStrategies],
    visibility: terms.visibility,
  };
}
