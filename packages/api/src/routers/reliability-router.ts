import { toPage } from '../mappers/common.ts';
import { toListingLossRead, toMachineLossRead, toReliabilityRead } from '../mappers/reliability.ts';
import { checked } from '../policies/checked-input.ts';
import { signedInProcedure, visitorProcedure } from '../policies/procedures.ts';
import { listingRef } from '../schemas/listings.ts';
import { machineRef } from '../schemas/machines.ts';
import {
  listingLossList,
  listingLossPage,
  machineLossList,
  machineLossPage,
  reliabilityRead,
} from '../schemas/reliability.ts';
import { t } from '../trpc.ts';

/** How far machines can be relied on, and why. */
export const reliabilityRouter = t.router({
  ofMachine: signedInProcedure
    .input(checked(machineRef))
    .output(reliabilityRead)
    .query(async ({ ctx, input }) => toReliabilityRead(await ctx.services.reliability.ofMachine(ctx.actor, input))),

  listMachineLosses: signedInProcedure
    .input(checked(machineLossList))
    .output(machineLossPage)
    .query(async ({ ctx, input }) =>
      toPage(await ctx.services.reliability.listMachineLosses(ctx.actor, input), toMachineLossRead),
    ),

  ofListing: visitorProcedure
    .input(checked(listingRef))
    .output(reliabilityRead)
    .query(async ({ ctx, input }) => toReliabilityRead(await ctx.services.reliability.ofListing(ctx.actor, input))),

  listListingLosses: visitorProcedure
    .input(checked(listingLossList))
    .output(listingLossPage)
    .query(async ({ ctx, input }) =>
      toPage(await ctx.services.reliability.listListingLosses(ctx.actor, input), toListingLossRead),
    ),
});
