import {
  toAccessHistoryRead,
  toBookingDetailRead,
  toBookingHistoryRead,
  toBookingListItem,
  toBookingRead,
  toConnectionRead,
  toEndConsequenceRead,
  toExtensionQuoteRead,
  toQuoteRead,
} from '../mappers/bookings.ts';
import { toPage } from '../mappers/common.ts';
import { checked } from '../policies/checked-input.ts';
import { hotListProcedure, providerHotListProcedure } from '../policies/hot-list-procedure.ts';
import { providerProcedure, signedInProcedure } from '../policies/procedures.ts';
import {
  accessHistoryRead,
  bookingCancelAsProvider,
  bookingCreate,
  bookingDetailRead,
  bookingExtend,
  bookingExtendQuote,
  bookingHistoryRead,
  bookingList,
  bookingListAsProvider,
  bookingListPage,
  bookingQuote,
  bookingRead,
  bookingRef,
  bookingSetAutoExtend,
  connectionRead,
  endConsequenceRead,
  extensionQuoteRead,
  quoteRead,
} from '../schemas/bookings.ts';
import { t } from '../trpc.ts';

/** A renter's stretches of time, and the provider's view of them. */
export const bookingsRouter = t.router({
  quote: signedInProcedure
    .input(checked(bookingQuote))
    .output(quoteRead)
    .query(async ({ ctx, input }) => toQuoteRead(await ctx.services.bookings.quote(ctx.actor, input))),

  create: signedInProcedure
    .input(checked(bookingCreate))
    .output(bookingRead)
    .mutation(async ({ ctx, input }) => toBookingRead(await ctx.services.bookings.create(ctx.actor, input))),

  get: signedInProcedure
    .input(checked(bookingRef))
    .output(bookingDetailRead)
    .query(async ({ ctx, input }) => toBookingDetailRead(await ctx.services.bookings.get(ctx.actor, input))),

  list: hotListProcedure(bookingListPage)
    .input(checked(bookingList))
    .query(async ({ ctx, input }) => toPage(await ctx.services.bookings.list(ctx.actor, input), toBookingListItem)),

  listAsProvider: providerHotListProcedure(bookingListPage)
    .input(checked(bookingListAsProvider))
    .query(async ({ ctx, input }) =>
      toPage(await ctx.services.bookings.listAsProvider(ctx.actor, input), toBookingListItem),
    ),

  history: signedInProcedure
    .input(checked(bookingRef))
    .output(bookingHistoryRead)
    .query(async ({ ctx, input }) => toBookingHistoryRead(await ctx.services.bookings.history(ctx.actor, input))),

  accessHistory: signedInProcedure
    .input(checked(bookingRef))
    .output(accessHistoryRead)
    .query(async ({ ctx, input }) => toAccessHistoryRead(await ctx.services.bookings.accessHistory(ctx.actor, input))),

  connection: signedInProcedure
    .input(checked(bookingRef))
    .output(connectionRead)
    .query(async ({ ctx, input }) => toConnectionRead(await ctx.services.bookings.connection(ctx.actor, input))),

  extendQuote: signedInProcedure
    .input(checked(bookingExtendQuote))
    .output(extensionQuoteRead)
    .query(async ({ ctx, input }) => toExtensionQuoteRead(await ctx.services.bookings.extendQuote(ctx.actor, input))),

  extend: signedInProcedure
    .input(checked(bookingExtend))
    .output(bookingRead)
    .mutation(async ({ ctx, input }) => toBookingRead(await ctx.services.bookings.extend(ctx.actor, input))),

  setAutoExtend: signedInProcedure
    .input(checked(bookingSetAutoExtend))
    .output(bookingRead)
    .mutation(async ({ ctx, input }) => toBookingRead(await ctx.services.bookings.setAutoExtend(ctx.actor, input))),

  clearAutoExtend: signedInProcedure
    .input(checked(bookingRef))
    .output(bookingRead)
    .mutation(async ({ ctx, input }) => toBookingRead(await ctx.services.bookings.clearAutoExtend(ctx.actor, input))),

  endEarlyQuote: signedInProcedure
    .input(checked(bookingRef))
    .output(endConsequenceRead)
    .query(async ({ ctx, input }) => toEndConsequenceRead(await ctx.services.bookings.endEarlyQuote(ctx.actor, input))),

  endEarly: signedInProcedure
    .input(checked(bookingRef))
    .output(bookingRead)
    .mutation(async ({ ctx, input }) => toBookingRead(await ctx.services.bookings.endEarly(ctx.actor, input))),

  cancelQuote: signedInProcedure
    .input(checked(bookingRef))
    .output(endConsequenceRead)
    .query(async ({ ctx, input }) => toEndConsequenceRead(await ctx.services.bookings.cancelQuote(ctx.actor, input))),

  cancel: signedInProcedure
    .input(checked(bookingRef))
    .output(bookingRead)
    .mutation(async ({ ctx, input }) => toBookingRead(await ctx.services.bookings.cancel(ctx.actor, input))),

  cancelAsProvider: providerProcedure
    .input(checked(bookingCancelAsProvider))
    .output(bookingRead)
    .mutation(async ({ ctx, input }) =>
      toBookingRead(await ctx.services.bookings.cancelAsProvider(ctx.actor, input), 'provider'),
    ),
});
