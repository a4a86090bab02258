import { toPage } from '../mappers/common.ts';
import { toCertificatePdfRead, toCertificateRead, toDataWipeRead, toKeySetRead } from '../mappers/data-wipes.ts';
import { checked } from '../policies/checked-input.ts';
import { publicProcedure, signedInProcedure } from '../policies/procedures.ts';
import { noInput } from '../schemas/common.ts';
import {
  certificateList,
  certificatePage,
  certificatePdfRead,
  certificateRead,
  dataWipeByBooking,
  dataWipeRead,
  dataWipeRef,
  keySetRead,
} from '../schemas/data-wipes.ts';
import { t } from '../trpc.ts';

/** Clean-ups and their signed reports. Who may look or try again, the service decides from the booking. */
export const dataWipesRouter = t.router({
  get: signedInProcedure
    .input(checked(dataWipeRef))
    .output(dataWipeRead)
    .query(async ({ ctx, input }) => toDataWipeRead(await ctx.services.dataWipes.get(ctx.actor, input))),

  getByBooking: signedInProcedure
    .input(checked(dataWipeByBooking))
    .output(dataWipeRead)
    .query(async ({ ctx, input }) => toDataWipeRead(await ctx.services.dataWipes.getByBooking(ctx.actor, input))),

  certificate: signedInProcedure
    .input(checked(dataWipeRef))
    .output(certificateRead)
    .query(async ({ ctx, input }) => toCertificateRead(await ctx.services.dataWipes.certificate(ctx.actor, input))),

  certificatePdf: signedInProcedure
    .input(checked(dataWipeRef))
    .output(certificatePdfRead)
    .query(async ({ ctx, input }) =>
      toCertificatePdfRead(await ctx.services.dataWipes.certificatePdf(ctx.actor, input)),
    ),

  listCertificates: signedInProcedure
    .input(checked(certificateList))
    .output(certificatePage)
    .query(async ({ ctx, input }) =>
      toPage(await ctx.services.dataWipes.listCertificates(ctx.actor, input), toCertificateRead),
    ),

  retry: signedInProcedure
    .input(checked(dataWipeRef))
    .output(dataWipeRead)
    .mutation(async ({ ctx, input }) => toDataWipeRead(await ctx.services.dataWipes.retry(ctx.actor, input))),

  keySet: publicProcedure
    .input(checked(noInput))
    .output(keySetRead)
    .query(({ ctx }) => toKeySetRead(ctx.services.dataWipes.keySet())),
});
