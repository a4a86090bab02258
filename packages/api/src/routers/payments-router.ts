import { toDone, toPage } from '../mappers/common.ts';
import {
  toAutoTopUpRead,
  toAutoTopUpReadOrNull,
  toCardRead,
  toEarningsRead,
  toPaymentRead,
  toRefundQuoteRead,
  toStatementLineRead,
  toWalletRead,
} from '../mappers/payments.ts';
import { checked } from '../policies/checked-input.ts';
import { adminProcedure, providerProcedure, signedInProcedure } from '../policies/procedures.ts';
import { done, noInput, pageRequest } from '../schemas/common.ts';
import {
  autoTopUpRead,
  autoTopUpReadOrNull,
  autoTopUpSet,
  cardChange,
  cardList,
  cardRead,
  cardSetupRead,
  earningsRead,
  manualTransferCreate,
  paymentGet,
  paymentPage,
  paymentRead,
  refundCreate,
  refundList,
  refundQuoteRead,
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

  get: signedInProcedure
    .input(checked(paymentGet))
    .output(paymentRead)
    .query(async ({ ctx, input }) => toPaymentRead(await ctx.services.payments.get(ctx.actor, input))),

  refundQuote: signedInProcedure
    .input(checked(noInput))
    .output(refundQuoteRead)
    .query(async ({ ctx }) => toRefundQuoteRead(await ctx.services.payments.refundQuote(ctx.actor))),

  refund: signedInProcedure
    .input(checked(refundCreate))
    .output(refundList)
    .mutation(async ({ ctx, input }) => ({
      refunds: (await ctx.services.payments.refund(ctx.actor, input)).map(toPaymentRead),
    })),

  listCards: signedInProcedure
    .input(checked(noInput))
    .output(cardList)
    .query(async ({ ctx }) => ({ cards: (await ctx.services.payments.listCards(ctx.actor)).map(toCardRead) })),

  refreshCards: signedInProcedure
    .input(checked(noInput))
    .output(cardList)
    .mutation(async ({ ctx }) => ({ cards: (await ctx.services.payments.refreshCards(ctx.actor)).map(toCardRead) })),

  startCardSetup: signedInProcedure
    .input(checked(noInput))
    .output(cardSetupRead)
    .mutation(async ({ ctx }) => ctx.services.payments.startCardSetup(ctx.actor)),

  removeCard: signedInProcedure
    .input(checked(cardChange))
    .output(done)
    .mutation(async ({ ctx, input }) => ctx.services.payments.removeCard(ctx.actor, input).then(toDone)),

  setDefaultCard: signedInProcedure
    .input(checked(cardChange))
    .output(cardRead)
    .mutation(async ({ ctx, input }) => toCardRead(await ctx.services.payments.setDefaultCard(ctx.actor, input))),

  autoTopUp: signedInProcedure
    .input(checked(noInput))
    .output(autoTopUpReadOrNull)
    .query(async ({ ctx }) => toAutoTopUpReadOrNull(await ctx.services.payments.autoTopUp(ctx.actor))),

  setAutoTopUp: signedInProcedure
    .input(checked(autoTopUpSet))
    .output(autoTopUpRead)
    .mutation(async ({ ctx, input }) => toAutoTopUpRead(await ctx.services.payments.setAutoTopUp(ctx.actor, input))),

  clearAutoTopUp: signedInProcedure
    .input(checked(noInput))
    .output(done)
    .mutation(async ({ ctx }) => ctx.services.payments.clearAutoTopUp(ctx.actor).then(toDone)),

  manualCredit: adminProcedure
    .input(checked(manualTransferCreate))
    .output(paymentRead)
    .mutation(async ({ ctx, input }) => toPaymentRead(await ctx.services.payments.manualCredit(ctx.actor, input))),

  manualDebit: adminProcedure
    .input(checked(manualTransferCreate))
    .output(paymentRead)
    .mutation(async ({ ctx, input }) => toPaymentRead(await ctx.services.payments.manualDebit(ctx.actor, input))),
});
