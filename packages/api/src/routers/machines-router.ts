import { toDone, toPage } from '../mappers/common.ts';
import {
  toBlockRead,
  toMachineCalendarRead,
  toMachineChecksRead,
  toMachineCommandRead,
  toMachineMinutesRead,
  toMachineRead,
} from '../mappers/machines.ts';
import { checked } from '../policies/checked-input.ts';
import { adminProcedure, providerProcedure, signedInProcedure } from '../policies/procedures.ts';
import { done, pageRequest } from '../schemas/common.ts';
import {
  blockCreate,
  blockRead,
  blockRemove,
  machineCalendar,
  machineCalendarRead,
  machineChecksRead,
  machineCommandList,
  machineCommandPage,
  machineConfirmHostKey,
  machineConnect,
  machineMinuteList,
  machineMinutesRead,
  machinePage,
  machineRead,
  machineRef,
  machineRelease,
  machineRename,
  machineSetRenterNetwork,
  onboardingBlocksRead,
} from '../schemas/machines.ts';
import { t } from '../trpc.ts';

/** A provider's machines. What only looks is open to their owner and to admins, which the service decides. */
export const machinesRouter = t.router({
  connect: providerProcedure
    .input(checked(machineConnect))
    .output(machineRead)
    .mutation(async ({ ctx, input }) => toMachineRead(await ctx.services.machines.connect(ctx.actor, input))),

  get: signedInProcedure
    .input(checked(machineRef))
    .output(machineRead)
    .query(async ({ ctx, input }) => toMachineRead(await ctx.services.machines.get(ctx.actor, input))),

  list: providerProcedure
    .input(checked(pageRequest))
    .output(machinePage)
    .query(async ({ ctx, input }) => toPage(await ctx.services.machines.list(ctx.actor, input), toMachineRead)),

  onboardingBlocks: signedInProcedure
    .input(checked(machineRef))
    .output(onboardingBlocksRead)
    .query(async ({ ctx, input }) => ctx.services.machines.onboardingBlocks(ctx.actor, input)),

  rescanHostKey: providerProcedure
    .input(checked(machineRef))
    .output(machineRead)
    .mutation(async ({ ctx, input }) => toMachineRead(await ctx.services.machines.rescanHostKey(ctx.actor, input))),

  confirmHostKey: providerProcedure
    .input(checked(machineConfirmHostKey))
    .output(machineRead)
    .mutation(async ({ ctx, input }) => toMachineRead(await ctx.services.machines.confirmHostKey(ctx.actor, input))),

  recheck: providerProcedure
    .input(checked(machineRef))
    .output(machineRead)
    .mutation(async ({ ctx, input }) => toMachineRead(await ctx.services.machines.recheck(ctx.actor, input))),

  listChecks: signedInProcedure
    .input(checked(machineRef))
    .output(machineChecksRead)
    .query(async ({ ctx, input }) => toMachineChecksRead(await ctx.services.machines.listChecks(ctx.actor, input))),

  listCommands: signedInProcedure
    .input(checked(machineCommandList))
    .output(machineCommandPage)
    .query(async ({ ctx, input }) =>
      toPage(await ctx.services.machines.listCommands(ctx.actor, input), toMachineCommandRead),
    ),

  listMinutes: signedInProcedure
    .input(checked(machineMinuteList))
    .output(machineMinutesRead)
    .query(async ({ ctx, input }) => toMachineMinutesRead(await ctx.services.machines.listMinutes(ctx.actor, input))),

  rename: providerProcedure
    .input(checked(machineRename))
    .output(machineRead)
    .mutation(async ({ ctx, input }) => toMachineRead(await ctx.services.machines.rename(ctx.actor, input))),

  setRenterNetwork: providerProcedure
    .input(checked(machineSetRenterNetwork))
    .output(machineRead)
    .mutation(async ({ ctx, input }) => toMachineRead(await ctx.services.machines.setRenterNetwork(ctx.actor, input))),

  retire: providerProcedure
    .input(checked(machineRef))
    .output(machineRead)
    .mutation(async ({ ctx, input }) => toMachineRead(await ctx.services.machines.retire(ctx.actor, input))),

  release: adminProcedure
    .input(checked(machineRelease))
    .output(machineRead)
    .mutation(async ({ ctx, input }) => toMachineRead(await ctx.services.machines.release(ctx.actor, input))),

  calendar: signedInProcedure
    .input(checked(machineCalendar))
    .output(machineCalendarRead)
    .query(async ({ ctx, input }) => toMachineCalendarRead(await ctx.services.machines.calendar(ctx.actor, input))),

  blockTime: providerProcedure
    .input(checked(blockCreate))
    .output(blockRead)
    .mutation(async ({ ctx, input }) => toBlockRead(await ctx.services.machines.blockTime(ctx.actor, input))),

  unblockTime: providerProcedure
    .input(checked(blockRemove))
    .output(done)
    .mutation(async ({ ctx, input }) => ctx.services.machines.unblockTime(ctx.actor, input).then(toDone)),
});
