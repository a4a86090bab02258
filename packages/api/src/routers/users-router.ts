import { toDone, toPage } from '../mappers/common.ts';
import { toSshKeyRead, toUserRead } from '../mappers/users.ts';
import { checked } from '../policies/checked-input.ts';
import { adminProcedure, signedInProcedure } from '../policies/procedures.ts';
import { done, noInput } from '../schemas/common.ts';
import {
  providerProfileOpen,
  sshKeyCreate,
  sshKeyList,
  sshKeyRead,
  sshKeyRemove,
  userDecision,
  userList,
  userPage,
  userRead,
  userUpdate,
} from '../schemas/users.ts';
import { t } from '../trpc.ts';

/** People, their provider profiles and their SSH keys. */
export const usersRouter = t.router({
  me: signedInProcedure
    .input(checked(noInput))
    .output(userRead)
    .query(async ({ ctx }) => toUserRead(await ctx.services.users.me(ctx.actor))),

  updateMe: signedInProcedure
    .input(checked(userUpdate))
    .output(userRead)
    .mutation(async ({ ctx, input }) => toUserRead(await ctx.services.users.updateMe(ctx.actor, input))),

  openProviderProfile: signedInProcedure
    .input(checked(providerProfileOpen))
    .output(userRead)
    .mutation(async ({ ctx, input }) => toUserRead(await ctx.services.users.openProviderProfile(ctx.actor, input))),

  listSshKeys: signedInProcedure
    .input(checked(noInput))
    .output(sshKeyList)
    .query(async ({ ctx }) => ({ items: (await ctx.services.users.listSshKeys(ctx.actor)).map(toSshKeyRead) })),

  addSshKey: signedInProcedure
    .input(checked(sshKeyCreate))
    .output(sshKeyRead)
    .mutation(async ({ ctx, input }) => toSshKeyRead(await ctx.services.users.addSshKey(ctx.actor, input))),

  removeSshKey: signedInProcedure
    .input(checked(sshKeyRemove))
    .output(done)
    .mutation(async ({ ctx, input }) => ctx.services.users.removeSshKey(ctx.actor, input).then(toDone)),

  list: adminProcedure
    .input(checked(userList))
    .output(userPage)
    .query(async ({ ctx, input }) => toPage(await ctx.services.users.list(ctx.actor, input), toUserRead)),

  suspend: adminProcedure
    .input(checked(userDecision))
    .output(userRead)
    .mutation(async ({ ctx, input }) => toUserRead(await ctx.services.users.suspend(ctx.actor, input))),

  reinstate: adminProcedure
    .input(checked(userDecision))
    .output(userRead)
    .mutation(async ({ ctx, input }) => toUserRead(await ctx.services.users.reinstate(ctx.actor, input))),

  approveProvider: adminProcedure
    .input(checked(userDecision))
    .output(userRead)
    .mutation(async ({ ctx, input }) => toUserRead(await ctx.services.users.approveProvider(ctx.actor, input))),

  refuseProvider: adminProcedure
    .input(checked(userDecision))
    .output(userRead)
    .mutation(async ({ ctx, input }) => toUserRead(await ctx.services.users.refuseProvider(ctx.actor, input))),
});
