import { t } from '../trpc.ts';
import { mapErrors } from './map-errors.ts';
import { checkRole, recogniseActor, requireActor } from './require-actor.ts';
import { requireServedClient } from './require-served-client.ts';

/** Anybody, with a client of any age. */
export const anyClientProcedure = t.procedure.meta({ policy: 'any_client' }).use(mapErrors);

/** Anybody. */
export const publicProcedure = anyClientProcedure.meta({ policy: 'public' }).use(requireServedClient);

/** Anybody; whoever is signed in is known, and a token that is not valid any more is refused rather than overlooked. */
export const visitorProcedure = publicProcedure.use(recogniseActor);

/** Whoever is signed in and not suspended; everybody rents. */
export const signedInProcedure = publicProcedure.meta({ policy: 'signed_in' }).use(requireActor);

/** People with an approved provider profile. */
export const providerProcedure = signedInProcedure.meta({ policy: 'provider' }).use(async ({ ctx, next }) => {
  checkRole(ctx.actor, 'provider');
  return next();
});

/** Admins. The services check it once more, because they are called from elsewhere too. */
export const adminProcedure = signedInProcedure.meta({ policy: 'admin' }).use(async ({ ctx, next }) => {
  checkRole(ctx.actor, 'admin');
  return next();
});
