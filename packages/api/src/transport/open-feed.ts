import { StandardSchemaV1Error, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { instant, type Instant } from '@rsm/domain/common/instant';
import { FEED_AGE_MAX_MS, type Feed, type FeedSink } from '@rsm/domain/events/feed';
import type { ApiContext } from '../context.ts';
import { checked } from '../policies/checked-input.ts';
import { signedInProcedure } from '../policies/procedures.ts';
import { eventFeed } from '../schemas/events.ts';
import { t } from '../trpc.ts';
import { tokenEndMs } from './token-end.ts';

/** The policy of `events.feed`, without its stream: it answers who asks. */
const admission = t.router({ events: t.router({ feed: signedInProcedure.query(({ ctx }) => ctx.actor) }) });
const admit = t.createCallerFactory(admission);
const feedInput = checked(eventFeed)['~standard'];

/** What a request for a feed says, before anything of it is believed. */
export interface FeedRequest {
  /** The `input` of the query, as text. */
  readonly input: string | null;
  /** From the header of a client that connects again (HTML, section 9.2), or from the query. */
  readonly lastEventId: string | null;
}

/**
 * Opens `events.feed` without tRPC's streams, which cost several times what a listener costs otherwise. The same policy, input
 * and service as the procedure's, asked in the same order.
 * @throws TRPCError, DomainError: `errorFrame` says either to the client
 */
export async function openFeed(ctx: ApiContext, request: FeedRequest, sink: FeedSink): Promise<Feed> {
  const actor = await admit(ctx).events.feed();
  const checkedInput = feedInput.validate(rawInputOf(request));
  if ('issues' in checkedInput) {
    throw new TRPCError({ code: 'BAD_REQUEST', cause: new StandardSchemaV1Error(checkedInput.issues) });
  }
  return ctx.services.events.follow(actor, { ...checkedInput.value, endsAt: endOf(ctx), sink });
}

/** When the access token ends; a feed that lasts longer than its maximum age ends by that anyway. */
function endOf(ctx: ApiContext): Instant | null {
  const endMs = ctx.accessToken === null ? null : tokenEndMs(ctx.accessToken);
  return endMs === null ? null : instant(Math.min(endMs, ctx.serverInfo.clock.now() + FEED_AGE_MAX_MS));
}

/** As tRPC's adapter puts the two together: the place of a client that connects again goes before what it first asked for. */
function rawInputOf({ input, lastEventId }: FeedRequest): unknown {
  const asked = input === null || input === '' ? undefined : deserialized(input);
  if (lastEventId === null || lastEventId === '') return asked;
  if (asked === undefined || asked === null) return { lastEventId };
  return typeof asked === 'object' && !Array.isArray(asked) ? { ...asked, lastEventId } : asked;
}

function deserialized(input: string): unknown {
  try {
    return superjson.parse(input);
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', cause });
  }
}
