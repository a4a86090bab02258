import { toSpendingRead } from '../mappers/spending.ts';
import { checked } from '../policies/checked-input.ts';
import { signedInProcedure } from '../policies/procedures.ts';
import { noInput } from '../schemas/common.ts';
import { spendingLimitSet, spendingRead } from '../schemas/spending.ts';
import { t } from '../trpc.ts';

/** A renter's own months and their limit. */
export const spendingRouter = t.router({
  get: signedInProcedure
    .input(checked(noInput))
    .output(spendingRead)
    .query(async ({ ctx }) => toSpendingRead(await ctx.services.spending.get(ctx.actor))),

  setLimit: signedInProcedure
    .input(checked(spendingLimitSet))
    .output(spendingRead)
    .mutation(async ({ ctx, input }) => toSpendingRead(await ctx.services.spending.setLimit(ctx.actor, input))),

  clearLimit: signedInProcedure
    .input(checked(noInput))
    .output(spendingRead)
    .mutation(async ({ ctx }) => toSpendingRead(await ctx.services.spending.clearLimit(ctx.actor))),
});
