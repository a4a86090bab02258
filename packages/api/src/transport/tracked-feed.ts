import { tracked } from '@trpc/server';
import { feedMessageRead } from '../schemas/events.ts';
import type { FeedMessageRead } from '../schemas/events.ts';
import { seqOf } from './feed-frames.ts';
import { markJsonOnly } from './json-only.ts';

/**
 * The messages of a feed as the wire carries them: checked against the output schema, as plain JSON, each with the sequence
 * as its id, so that a client that lost the connection goes on after the last one it has.
 */
export async function* trackedFeed<Message>(
  messages: AsyncIterable<Message>,
  toRead: (message: Message) => FeedMessageRead,
) {
  for await (const message of messages) {
    const checkedMessage = feedMessageRead.parse(toRead(message));
    yield tracked(String(seqOf(checkedMessage)), markJsonOnly(checkedMessage));
  }
}
