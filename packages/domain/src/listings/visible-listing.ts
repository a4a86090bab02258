import { notFound } from '../common/domain-error.ts';
import type { ListingId } from '../common/ids.ts';
import type { Reads } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { Listing } from './listing.ts';

/** A listing that may be looked at: an active one by everybody who has its link, others by their provider and admins. @throws DomainError not_found */
export async function visibleListing(
  reads: Pick<Reads, 'listings'>,
  actor: Actor | null,
  id: ListingId,
): Promise<Listing> {
  const listing = await reads.listings.findById(id);
  if (listing === null) throw notFound('listing');
  const mayLook =
    listing.status === 'active' || listing.providerId === actor?.userId || actor?.roles.includes('admin') === true;
  if (!mayLook) throw notFound('listing');
  return listing;
}
