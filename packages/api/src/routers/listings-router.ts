import { toPage, toTimeRange } from '../mappers/common.ts';
import { toListingDetailRead, toListingFacetsRead, toListingListItem, toListingRead } from '../mappers/listings.ts';
import { checked } from '../policies/checked-input.ts';
import { publicHotListProcedure } from '../policies/hot-list-procedure.ts';
import { providerProcedure, visitorProcedure } from '../policies/procedures.ts';
import {
  busyRangesRead,
  listingBusyRanges,
  listingCreate,
  listingDetailRead,
  listingFacets,
  listingFacetsRead,
  listingListMine,
  listingListPage,
  listingPage,
  listingRead,
  listingRef,
  listingSearch,
  listingUpdate,
} from '../schemas/listings.ts';
import { t } from '../trpc.ts';

/** The market. */
export const listingsRouter = t.router({
  create: providerProcedure
    .input(checked(listingCreate))
    .output(listingRead)
    .mutation(async ({ ctx, input }) => toListingRead(await ctx.services.listings.create(ctx.actor, input))),

  update: providerProcedure
    .input(checked(listingUpdate))
    .output(listingRead)
    .mutation(async ({ ctx, input }) => toListingRead(await ctx.services.listings.update(ctx.actor, input))),

  publish: providerProcedure
    .input(checked(listingRef))
    .output(listingRead)
    .mutation(async ({ ctx, input }) => toListingRead(await ctx.services.listings.publish(ctx.actor, input))),

  pause: providerProcedure
    .input(checked(listingRef))
    .output(listingRead)
    .mutation(async ({ ctx, input }) => toListingRead(await ctx.services.listings.pause(ctx.actor, input))),

  archive: providerProcedure
    .input(checked(listingRef))
    .output(listingRead)
    .mutation(async ({ ctx, input }) => toListingRead(await ctx.services.listings.archive(ctx.actor, input))),

  get: visitorProcedure
    .input(checked(listingRef))
    .output(listingDetailRead)
    .query(async ({ ctx, input }) => toListingDetailRead(await ctx.services.listings.get(ctx.actor, input))),

  listMine: providerProcedure
    .input(checked(listingListMine))
    .output(listingPage)
    .query(async ({ ctx, input }) => toPage(await ctx.services.listings.listMine(ctx.actor, input), toListingRead)),

  search: publicHotListProcedure(listingListPage)
    .input(checked(listingSearch))
    .query(async ({ ctx, input }) => toPage(await ctx.services.listings.search(input), toListingListItem)),

  facets: publicHotListProcedure(listingFacetsRead)
    .input(checked(listingFacets))
    .query(async ({ ctx, input }) => toListingFacetsRead(await ctx.services.listings.facets(input))),

  busyRanges: visitorProcedure
    .input(checked(listingBusyRanges))
    .output(busyRangesRead)
    .query(async ({ ctx, input }) => ({
      ranges: (await ctx.services.listings.busyRanges(ctx.actor, input)).map(toTimeRange),
    })),
});
