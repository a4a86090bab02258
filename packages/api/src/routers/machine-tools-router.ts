import { toMachineToolsRead, toToolConsentRead } from '../mappers/machine-tools.ts';
import { checked } from '../policies/checked-input.ts';
import { providerProcedure, signedInProcedure } from '../policies/procedures.ts';
import { machineToolsConsent, machineToolsRead, toolConsentRead } from '../schemas/machine-tools.ts';
import { machineRef } from '../schemas/machines.ts';
import { t } from '../trpc.ts';

/** What benchmarks are made with on a machine, and the provider's word that it may be installed. */
export const machineToolsRouter = t.router({
  get: signedInProcedure
    .input(checked(machineRef))
    .output(machineToolsRead)
    .query(async ({ ctx, input }) => toMachineToolsRead(await ctx.services.machineTools.get(ctx.actor, input))),

  consent: providerProcedure
    .input(checked(machineToolsConsent))
    .output(toolConsentRead)
    .mutation(async ({ ctx, input }) => toToolConsentRead(await ctx.services.machineTools.consent(ctx.actor, input))),
});
