import { toPage } from '../mappers/common.ts';
import { toDisputeDetailRead, toDisputeRead } from '../mappers/disputes.ts';
import { checked } from '../policies/checked-input.ts';
import { adminProcedure, signedInProcedure } from '../policies/procedures.ts';
import {
  disputeDecide,
  disputeDetailRead,
  disputeList,
  disputeListOpen,
  disputeOpen,
  disputePage,
  disputeRead,
  disputeRef,
  disputeRespond,
} from '../schemas/disputes.ts';
import { t } from '../trpc.ts';

/** Disagreements about bookings that are over. */
export const disputesRouter = t.router({
  open: signedInProcedure
    .input(checked(disputeOpen))
    .output(disputeRead)
    .mutation(async ({ ctx, input }) => toDisputeRead(await ctx.services.disputes.open(ctx.actor, input))),

  list: signedInProcedure
    .input(checked(disputeList))
    .output(disputePage)
    .query(async ({ ctx, input }) => toPage(await ctx.services.disputes.list(ctx.actor, input), toDisputeRead)),

  get: signedInProcedure
    .input(checked(disputeRef))
    .output(disputeDetailRead)
    .query(async ({ ctx, input }) => toDisputeDetailRead(await ctx.services.disputes.get(ctx.actor, input))),

  respond: signedInProcedure
    .input(checked(disputeRespond))
    .output(disputeRead)
    .mutation(async ({ ctx, input }) => toDisputeRead(await ctx.services.disputes.respond(ctx.actor, input))),

  withdraw: signedInProcedure
    .input(checked(disputeRef))
    .output(disputeRead)
    .mutation(async ({ ctx, input }) => toDisputeRead(await ctx.services.disputes.withdraw(ctx.actor, input))),

  decide: adminProcedure
    .input(checked(disputeDecide))
    .output(disputeRead)
    .mutation(async ({ ctx, input }) => toDisputeRead(await ctx.services.disputes.decide(ctx.actor, input))),

  listOpen: adminProcedure
    .input(checked(disputeListOpen))
    .output(disputePage)
    .query(async ({ ctx, input }) => toPage(await ctx.services.disputes.listOpen(ctx.actor, input), toDisputeRead)),
});
