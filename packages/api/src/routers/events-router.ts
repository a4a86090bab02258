import { toEventListPage, toFeedMessageRead } from '../mappers/events.ts';
import { checked } from '../policies/checked-input.ts';
import { hotListProcedure } from '../policies/hot-list-procedure.ts';
import { signedInProcedure } from '../policies/procedures.ts';
import { eventFeed, eventList, eventListPage } from '../schemas/events.ts';
import { untilTokenEnds } from '../transport/token-end.ts';
import { trackedFeed } from '../transport/tracked-feed.ts';
import { t } from '../trpc.ts';

/** Facts that a person may see, as an inbox and live. */
export const eventsRouter = t.router({
  list: hotListProcedure(eventListPage)
    .input(checked(eventList))
    .query(async ({ ctx, input }) => toEventListPage(await ctx.services.events.list(ctx.actor, input))),

  /** Ends with the request, with the token or at its maximum age; the client resumes with a fresh token. */
  feed: signedInProcedure.input(checked(eventFeed)).subscription(({ ctx, input, signal }) =>
    trackedFeed(
      ctx.services.events.feed(ctx.actor, {
        ...input,
        signal: untilTokenEnds(signal, ctx.accessToken, ctx.serverInfo.clock.now()),
      }),
      toFeedMessageRead,
    ),
  ),
});
