import { toPage } from '../mappers/common.ts';
import {
  orNull,
  toBillingDataRead,
  toCsvRead,
  toDocumentDataRead,
  toDocumentPdfRead,
  toDocumentRead,
  toDocumentSummaryRead,
  toProviderTaxDataRead,
} from '../mappers/documents.ts';
import { checked } from '../policies/checked-input.ts';
import { adminProcedure, providerProcedure, signedInProcedure } from '../policies/procedures.ts';
import { noInput, pageRequest } from '../schemas/common.ts';
import {
  billingDataRead,
  billingDataSet,
  csvExport,
  csvRead,
  documentDataRead,
  documentListOf,
  documentPage,
  documentPdfRead,
  documentRead,
  documentRef,
  providerTaxDataRead,
  providerTaxDataSet,
} from '../schemas/documents.ts';
import { t } from '../trpc.ts';

/** Invoices, statements and exports. Whose document it is, the service decides; an admin's look goes into the audit log. */
export const documentsRouter = t.router({
  list: signedInProcedure
    .input(checked(pageRequest))
    .output(documentPage)
    .query(async ({ ctx, input }) =>
      toPage(await ctx.services.documents.list(ctx.actor, input), toDocumentSummaryRead),
    ),

  listOf: adminProcedure
    .input(checked(documentListOf))
    .output(documentPage)
    .query(async ({ ctx, input }) =>
      toPage(await ctx.services.documents.listOf(ctx.actor, input), toDocumentSummaryRead),
    ),

  get: signedInProcedure
    .input(checked(documentRef))
    .output(documentRead)
    .query(async ({ ctx, input }) => toDocumentRead(await ctx.services.documents.get(ctx.actor, input))),

  data: signedInProcedure
    .input(checked(documentRef))
    .output(documentDataRead)
    .query(async ({ ctx, input }) => toDocumentDataRead(await ctx.services.documents.data(ctx.actor, input))),

  pdf: signedInProcedure
    .input(checked(documentRef))
    .output(documentPdfRead)
    .query(async ({ ctx, input }) => toDocumentPdfRead(await ctx.services.documents.pdf(ctx.actor, input))),

  exportCsv: signedInProcedure
    .input(checked(csvExport))
    .output(csvRead)
    .query(async ({ ctx, input }) => toCsvRead(await ctx.services.documents.exportCsv(ctx.actor, input))),

  providerTaxData: providerProcedure
    .input(checked(noInput))
    .output(providerTaxDataRead)
    .query(async ({ ctx }) => orNull(await ctx.services.documents.providerTaxData(ctx.actor), toProviderTaxDataRead)),

  setProviderTaxData: providerProcedure
    .input(checked(providerTaxDataSet))
    .output(providerTaxDataRead)
    .mutation(async ({ ctx, input }) =>
      toProviderTaxDataRead(await ctx.services.documents.setProviderTaxData(ctx.actor, input)),
    ),

  billingData: signedInProcedure
    .input(checked(noInput))
    .output(billingDataRead)
    .query(async ({ ctx }) => orNull(await ctx.services.documents.billingData(ctx.actor), toBillingDataRead)),

  setBillingData: signedInProcedure
    .input(checked(billingDataSet))
    .output(billingDataRead)
    .mutation(async ({ ctx, input }) =>
      toBillingDataRead(await ctx.services.documents.setBillingData(ctx.actor, input)),
    ),
});
