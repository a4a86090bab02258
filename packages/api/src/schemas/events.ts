import { z } from 'zod';
import { PAGE_LIMIT_MAX } from '@rsm/domain/common/page';
import { eventKinds, eventSubjects } from '@rsm/domain/events/event';
import { idOutput, isoOutput } from './common.ts';

const seqText = z.string().regex(/^\d{1,15}$/, { error: 'Is no event id that this server gave. Leave it out.' });

/** The inbox reads forward: the cursor is the last sequence that was read, `0` for the oldest. */
export const eventList = z
  .strictObject({
    limit: z.int().min(1).max(PAGE_LIMIT_MAX).default(50),
    cursor: seqText.nullable().default(null),
    direction: z.literal('forward').optional(),
  })
  .prefault({})
  .transform(({ limit, cursor }) => ({ limit, afterSeq: Number(cursor ?? 0) }));

/** `lastEventId` is the id of the last message that the client has; without it the feed begins at the present. */
export const eventFeed = z
  .strictObject({ lastEventId: seqText.nullish() })
  .default({})
  .transform(({ lastEventId }) => ({ afterSeq: typeof lastEventId === 'string' ? Number(lastEventId) : null }));

/** A fact with ids: the client refetches what it shows. JSON only. */
export const eventListItem = z.strictObject({
  seq: z.int().min(0),
  kind: z.enum(eventKinds),
  subject: z.enum(eventSubjects),
  subjectId: idOutput,
  /** A sentence for the inbox. */
  text: z.string(),
  at: isoOutput,
});
export type EventListItem = z.infer<typeof eventListItem>;

export const eventListPage = z.strictObject({
  items: z.array(eventListItem).max(PAGE_LIMIT_MAX),
  nextCursor: z.string().nullable(),
  /** The newest sequence there is. */
  lastSeq: z.int().min(0),
});
export type EventListPage = z.infer<typeof eventListPage>;

/** One message of the feed. After `reset` the client refetches everything it shows and goes on. */
export const feedMessageRead = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('event'), event: eventListItem }),
  z.strictObject({ kind: z.literal('reset'), seq: z.int().min(0) }),
]);
export type FeedMessageRead = z.infer<typeof feedMessageRead>;
