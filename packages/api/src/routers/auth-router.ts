import { checked } from '../policies/checked-input.ts';
import { publicProcedure } from '../policies/procedures.ts';
import { toSessionRead, toSignUpRead } from '../mappers/auth.ts';
import { toDone } from '../mappers/common.ts';
import {
  authConfirmEmail,
  authEmail,
  authResetPassword,
  authSession,
  authSignIn,
  authSignUp,
  sessionRead,
  signUpRead,
} from '../schemas/auth.ts';
import { done } from '../schemas/common.ts';
import { t } from '../trpc.ts';

/** The only door. Its limits count by account and by address; its answers never tell whether an address exists. */
export const authRouter = t.router({
  signUp: publicProcedure
    .input(checked(authSignUp))
    .output(signUpRead)
    .mutation(async ({ ctx, input }) => toSignUpRead(await ctx.services.auth.signUp(ctx.caller, input), ctx.session)),

  signIn: publicProcedure
    .input(checked(authSignIn))
    .output(sessionRead)
    .mutation(async ({ ctx, input }) => toSessionRead(await ctx.services.auth.signIn(ctx.caller, input), ctx.session)),

  refresh: publicProcedure
    .input(checked(authSession))
    .output(sessionRead)
    .mutation(async ({ ctx, input }) =>
      toSessionRead(
        await ctx.services.auth.refresh(ctx.caller, { sessionSecret: ctx.session.take(input.sessionSecret) }),
        ctx.session,
      ),
    ),

  signOut: publicProcedure
    .input(checked(authSession))
    .output(done)
    .mutation(async ({ ctx, input }) =>
      ctx.services.auth
        .signOut({ sessionSecret: ctx.session.take(input.sessionSecret) })
        .finally(() => {
          ctx.session.drop();
        })
        .then(toDone),
    ),

  requestPasswordReset: publicProcedure
    .input(checked(authEmail))
    .output(done)
    .mutation(async ({ ctx, input }) => ctx.services.auth.requestPasswordReset(ctx.caller, input).then(toDone)),

  resetPassword: publicProcedure
    .input(checked(authResetPassword))
    .output(done)
    .mutation(async ({ ctx, input }) => ctx.services.auth.resetPassword(ctx.caller, input).then(toDone)),

  requestEmailConfirmation: publicProcedure
    .input(checked(authEmail))
    .output(done)
    .mutation(async ({ ctx, input }) => ctx.services.auth.requestEmailConfirmation(ctx.caller, input).then(toDone)),

  confirmEmail: publicProcedure
    .input(checked(authConfirmEmail))
    .output(done)
    .mutation(async ({ ctx, input }) => ctx.services.auth.confirmEmail(ctx.caller, input).then(toDone)),
});
