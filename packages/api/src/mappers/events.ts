import { unreachable } from '@rsm/domain/common/domain-error';
import { toIso } from '@rsm/domain/common/instant';
import type { EventRow } from '@rsm/domain/events/event';
import type { FeedMessage } from '@rsm/domain/events/feed';
import type { EventListItem, EventListPage, FeedMessageRead } from '../schemas/events.ts';

export function toEventListItem(event: EventRow): EventListItem {
  return {
    seq: event.seq,
    kind: event.kind,
    subject: event.subject,
    subjectId: event.subjectId,
    text: event.text,
    at: toIso(event.at),
  };
}

export function toEventListPage(inbox: {
  readonly events: readonly EventRow[];
  readonly lastSeq: number;
}): EventListPage {
  const last = inbox.events.at(-1);
  const isMore = last !== undefined && last.seq < inbox.lastSeq;
  return {
    items: inbox.events.map((event) => toEventListItem(event)),
    nextCursor: isMore ? String(last.seq) : null,
    lastSeq: inbox.lastSeq,
  };
}

export function toFeedMessageRead(message: FeedMessage): FeedMessageRead {
  switch (message.kind) {
    case 'event':
      return { kind: 'event', event: toEventListItem(message.event) };
    case 'reset':
      return { kind: 'reset', seq: message.seq };
    default:
      return unreachable(message);
  }
}
