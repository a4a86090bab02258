import { toBenchmarkRead } from '../mappers/benchmarks.ts';
import { toPage } from '../mappers/common.ts';
import { checked } from '../policies/checked-input.ts';
import { providerProcedure, signedInProcedure } from '../policies/procedures.ts';
import {
  benchmarkList,
  benchmarkPage,
  benchmarkRead,
  benchmarkRef,
  benchmarkStart,
  benchmarkStarted,
  rawOutputRead,
} from '../schemas/benchmarks.ts';
import { t } from '../trpc.ts';

/** Measured runs. They are evidence for an offer: whoever may see the listing may see them. */
export const benchmarksRouter = t.router({
  start: providerProcedure
    .input(checked(benchmarkStart))
    .output(benchmarkStarted)
    .mutation(async ({ ctx, input }) => ({
      items: (await ctx.services.benchmarks.start(ctx.actor, input)).map(toBenchmarkRead),
    })),

  get: signedInProcedure
    .input(checked(benchmarkRef))
    .output(benchmarkRead)
    .query(async ({ ctx, input }) => toBenchmarkRead(await ctx.services.benchmarks.get(ctx.actor, input))),

  listByMachine: signedInProcedure
    .input(checked(benchmarkList))
    .output(benchmarkPage)
    .query(async ({ ctx, input }) =>
      toPage(await ctx.services.benchmarks.listByMachine(ctx.actor, input), toBenchmarkRead),
    ),

  rawOutput: signedInProcedure
    .input(checked(benchmarkRef))
    .output(rawOutputRead)
    .query(async ({ ctx, input }) => ctx.services.benchmarks.rawOutput(ctx.actor, input)),
});
