import { toPage } from '../mappers/common.ts';
import {
  toPayoutAccountRead,
  toPayoutLineRead,
  toPayoutOnboardingRead,
  toPayoutRead,
  toPayoutStatementRead,
  toWaitingPayoutRead,
} from '../mappers/payouts.ts';
import { checked } from '../policies/checked-input.ts';
import { adminProcedure, providerProcedure, signedInProcedure } from '../policies/procedures.ts';
import { noInput, pageRequest } from '../schemas/common.ts';
import {
  payoutAccountRead,
  payoutConfirm,
  payoutCreate,
  payoutGet,
  payoutLineList,
  payoutLinePage,
  payoutOnboardingRead,
  payoutPage,
  payoutRead,
  payoutReject,
  payoutStatementRead,
  waitingPayoutPage,
} from '../schemas/payouts.ts';
import { t } from '../trpc.ts';

/** Payout accounts, payouts with what they are made of, and those that wait for an admin. */
export const payoutsRouter = t.router({
  account: providerProcedure
    .input(checked(noInput))
    .output(payoutAccountRead)
    .query(async ({ ctx }) => toPayoutAccountRead(await ctx.services.payouts.account(ctx.actor))),

  startOnboarding: providerProcedure
    .input(checked(noInput))
    .output(payoutOnboardingRead)
    .mutation(async ({ ctx }) => toPayoutOnboardingRead(await ctx.services.payouts.startOnboarding(ctx.actor))),

  refreshAccount: providerProcedure
    .input(checked(noInput))
    .output(payoutAccountRead)
    .mutation(async ({ ctx }) => toPayoutAccountRead(await ctx.services.payouts.refreshAccount(ctx.actor))),

  request: providerProcedure
    .input(checked(payoutCreate))
    .output(payoutRead)
    .mutation(async ({ ctx, input }) => toPayoutRead(await ctx.services.payouts.request(ctx.actor, input))),

  list: signedInProcedure
    .input(checked(pageRequest))
    .output(payoutPage)
    .query(async ({ ctx, input }) => toPage(await ctx.services.payouts.list(ctx.actor, input), toPayoutRead)),

  get: signedInProcedure
    .input(checked(payoutGet))
    .output(payoutStatementRead)
    .query(async ({ ctx, input }) => toPayoutStatementRead(await ctx.services.payouts.get(ctx.actor, input))),

  lines: signedInProcedure
    .input(checked(payoutLineList))
    .output(payoutLinePage)
    .query(async ({ ctx, input }) => toPage(await ctx.services.payouts.lines(ctx.actor, input), toPayoutLineRead)),

  listPending: adminProcedure
    .input(checked(pageRequest))
    .output(waitingPayoutPage)
    .query(async ({ ctx, input }) =>
      toPage(await ctx.services.payouts.listPending(ctx.actor, input), toWaitingPayoutRead),
    ),

  confirm: adminProcedure
    .input(checked(payoutConfirm))
    .output(payoutRead)
    .mutation(async ({ ctx, input }) => toPayoutRead(await ctx.services.payouts.confirm(ctx.actor, input))),

  reject: adminProcedure
    .input(checked(payoutReject))
    .output(payoutRead)
    .mutation(async ({ ctx, input }) => toPayoutRead(await ctx.services.payouts.reject(ctx.actor, input))),
});
