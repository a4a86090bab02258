import { toServerInfoRead } from '../mappers/server.ts';
import { checked } from '../policies/checked-input.ts';
import { anyClientProcedure } from '../policies/procedures.ts';
import { noInput } from '../schemas/common.ts';
import { serverInfoRead } from '../schemas/server.ts';
import { t } from '../trpc.ts';

/** What a client learns before anybody signs in; it answers clients of any age. */
export const serverRouter = t.router({
  info: anyClientProcedure
    .input(checked(noInput))
    .output(serverInfoRead)
    .query(({ ctx }) => toServerInfoRead(ctx.serverInfo)),
});
