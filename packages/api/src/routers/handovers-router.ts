import { toBookingRead } from '../mappers/bookings.ts';
import { toHandoverRead } from '../mappers/handovers.ts';
import { checked } from '../policies/checked-input.ts';
import { signedInProcedure } from '../policies/procedures.ts';
import { rawOutputRead } from '../schemas/benchmarks.ts';
import { bookingRead, bookingRef } from '../schemas/bookings.ts';
import { handoverRead } from '../schemas/handovers.ts';
import { t } from '../trpc.ts';

/** What was checked when a machine was handed over, and the way out when it was not what was promised. */
export const handoversRouter = t.router({
  get: signedInProcedure
    .input(checked(bookingRef))
    .output(handoverRead)
    .query(async ({ ctx, input }) => toHandoverRead(await ctx.services.handovers.get(ctx.actor, input))),

  rawOutput: signedInProcedure
    .input(checked(bookingRef))
    .output(rawOutputRead)
    .query(async ({ ctx, input }) => ctx.services.handovers.rawOutput(ctx.actor, input)),

  leave: signedInProcedure
    .input(checked(bookingRef))
    .output(bookingRead)
    .mutation(async ({ ctx, input }) => toBookingRead(await ctx.services.handovers.leave(ctx.actor, input))),
});
