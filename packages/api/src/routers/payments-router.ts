import { toPage } from '../mappers/common.ts';
import { toEarningsRead, toPaymentRead, toStatementLineRead, toWalletRead } from '../mappers/payments.ts';
import { checked } from '../policies/checked-input.ts';
import { adminProcedure, providerProcedure, signedInProcedure } from '../policies/procedures.ts';
import { noInput, pageRequest } from '../schemas/common.ts';
import {
  earningsRead,
  manualTransferCreate,
  paymentPage,
  paymentRead,
  statementList,
  statementPage,
  topUpCreate,
  walletRead,
} from '../schemas/payments.ts';
import { t } from '../trpc.ts';

/** Wallets, top-ups and statements. */
export const paymentsRouter = t.router({
  wallet: signedInProcedure
    .input(checked(noInput))
    .output(walletRead)
    .query(async ({ ctx }) => toWalletRead(await ctx.services.payments.wallet(ctx.actor))),

  earnings: providerProcedure
    .input(checked(noInput))
    .output(earningsRead)
    .query(async ({ ctx }) => toEarningsRead(await ctx.services.payments.earnings(ctx.actor))),

  statement: signedInProcedure
    .input(checked(statementList))
    .output(statementPage)
    .query(async ({ ctx, input }) =>
      toPage(await ctx.services.payments.statement(ctx.actor, input), toStatementLineRead),
    ),

  list: signedInProcedure
    .input(checked(pageRequest))
    .output(paymentPage)
    .query(async ({ ctx, input }) => toPage(await ctx.services.payments.list(ctx.actor, input), toPaymentRead)),

  topUp: signedInProcedure
    .input(checked(topUpCreate))
    .output(paymentRead)
    .mutation(async ({ ctx, input }) => toPaymentRead(await ctx.services.payments.topUp(ctx.actor, input))),

  manualCredit: adminProcedure
    .input(checked(manualTransferCreate))
    .output(paymentRead)
    .mutation(async ({ ctx, input }) => toPaymentRead(await ctx.services.payments.manualCredit(ctx.actor, input))),

  manualDebit: adminProcedure
    .input(checked(manualTransferCreate))
    .output(paymentRead)
    .mutation(async ({ ctx, input }) => toPaymentRead(await ctx.services.payments.manualDebit(ctx.actor, input))),
});
