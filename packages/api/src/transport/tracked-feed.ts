import { tracked } from '@trpc/server';
import { unreachable } from '@rsm/domain/common/domain-error';
import { feedMessageRead } from '../schemas/events.ts';
import type { FeedMessageRead } from '../schemas/events.ts';
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

function seqOf(message: FeedMessageRead): number {
  switch (message.kind) {
    case 'event':
      return message.event.seq;
    case 'reset':
      return message.seq;
    default:
      return unreachable(message);
  }
}
