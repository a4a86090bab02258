import { toPage } from '../mappers/common.ts';
import { toHeldEarningRead } from '../mappers/earnings.ts';
import { checked } from '../policies/checked-input.ts';
import { providerProcedure } from '../policies/procedures.ts';
import { pageRequest } from '../schemas/common.ts';
import { heldEarningPage } from '../schemas/earnings.ts';
import { t } from '../trpc.ts';

/** What providers earned and do not have yet. */
export const earningsRouter = t.router({
  listHeld: providerProcedure
    .input(checked(pageRequest))
    .output(heldEarningPage)
    .query(async ({ ctx, input }) => toPage(await ctx.services.earnings.listHeld(ctx.actor, input), toHeldEarningRead)),
});
