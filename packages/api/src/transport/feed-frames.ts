import { getTRPCErrorFromUnknown } from '@trpc/server';
import { unreachable } from '@rsm/domain/common/domain-error';
import type { FeedMessage } from '@rsm/domain/events/feed';
import type { ApiContext } from '../context.ts';
import { formatError } from '../errors/error-formatter.ts';
import { toFeedMessageRead } from '../mappers/events.ts';
import { feedMessageRead } from '../schemas/events.ts';
import type { FeedMessageRead } from '../schemas/events.ts';
import { FEED_TIMES } from '../trpc.ts';
import { markJsonOnly, transformer } from './json-only.ts';

/**
 * The frames of a feed as tRPC's own adapter writes them, byte for byte (`sseStreamProducer` of @trpc/server 11; a test holds
 * the two against each other): a field per line, and three line ends after the last.
 */
const frame = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\n')}\n\n\n`);

export const FEED_PATH = 'events.feed';
export const feedHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  connection: 'keep-alive',
};

/** The first frame: after how long a silence the client connects again. */
export const connectedFrame = frame('event: connected', `data: ${JSON.stringify(FEED_TIMES.client)}`);
export const pingFrame = frame('event: ping', 'data: ');
/** The feed is over and nothing went wrong. */
export const endFrame = frame('event: return', 'data: ');

const known = new WeakMap<FeedMessage, Buffer>();

/** Made once per message, however many windows it goes to: the hub hands all of them the same object. */
export function messageFrame(message: FeedMessage): Buffer {
  const made = known.get(message) ?? makeMessageFrame(message);
  known.set(message, made);
  return made;
}

function makeMessageFrame(message: FeedMessage): Buffer {
  const read = feedMessageRead.parse(toFeedMessageRead(message));
  const data = JSON.stringify(transformer.output.serialize(markJsonOnly(read)));
  return frame(`data: ${data}`, `id: ${String(seqOf(read))}`);
}

/** The place a client goes on from after this message. */
export function seqOf(message: FeedMessageRead): number {
  switch (message.kind) {
    case 'event':
      return message.event.seq;
    case 'reset':
      return message.seq;
    default:
      return unreachable(message);
  }
}

/** Says why a feed is refused, in the shape of every error. */
export function errorFrame(error: unknown, ctx: ApiContext): Buffer {
  const shape = formatError({ error: getTRPCErrorFromUnknown(error), type: 'subscription', path: FEED_PATH, ctx });
  return frame('event: serialized-error', `data: ${JSON.stringify(transformer.output.serialize(shape))}`);
}
