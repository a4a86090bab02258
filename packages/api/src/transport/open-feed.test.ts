import { describe, expect, it, vi } from 'vitest';
import { DomainError } from '@rsm/domain/common/domain-error';
import { instant } from '@rsm/domain/common/instant';
import type { FeedMessage, FeedSink } from '@rsm/domain/events/feed';
import type { ApiContext } from '../context.ts';
import { actorWith, fakeContext, servicesThat } from '../testing/fake-services.ts';
import { sampleIds } from '../testing/procedure-matrix.ts';
import { send } from '../testing/wire.ts';
import { connectedFrame, endFrame, errorFrame, messageFrame } from './feed-frames.ts';
import { openFeed } from './open-feed.ts';

const event: FeedMessage = {
  kind: 'event',
  event: {
    audience: actorWith().userId,
    seq: 12,
    kind: 'booking_active',
    subject: 'booking',
    subjectId: sampleIds.bookingId,
    text: 'Your machine “Ägir” is ready.\nLog in.',
    at: instant(Date.UTC(2030, 0, 1)),
  },
};

/** Services whose feed brings these messages, whichever way it is asked for; they note from where. */
function servicesWith(messages: readonly FeedMessage[]) {
  const asked: unknown[] = [];
  const services = servicesThat(({ name, args }) => {
    const input = args[1] as { readonly afterSeq: number | null; readonly endsAt?: unknown; readonly sink?: FeedSink };
    asked.push(input.afterSeq);
    if (name === 'events.feed') return messages;
    input.sink?.take(messages);
    input.sink?.end();
    return Promise.resolve({ close: () => undefined, resume: () => undefined });
  });
  return { asked, services };
}

/** What our own way writes. */
async function ownText(ctx: ApiContext, request: Parameters<typeof openFeed>[1]): Promise<string> {
  const frames = [connectedFrame];
  const sink: FeedSink = {
    take: (messages) => frames.push(...messages.map((message) => messageFrame(message))) > 0,
    end: () => void frames.push(endFrame),
  };
  await openFeed(ctx, request, sink).catch((error: unknown) => frames.push(errorFrame(error, ctx)));
  return Buffer.concat(frames).toString('utf8');
}

const signedIn = (messages: readonly FeedMessage[] = []) => {
  const { asked, services } = servicesWith(messages);
  return { asked, ctx: fakeContext({ services, actor: actorWith() }) };
};

describe('the own way of the feed writes, byte for byte, what tRPC’s adapter writes', () => {
  it.each<readonly [string, { readonly input?: string; readonly lastEventId?: string }]>([
    ['without a place', {}],
    ['with an input', { input: '{"json":{}}' }],
    ['with a place in the input', { input: '{"json":{"lastEventId":"4"}}' }],
    [
      'with a place of a client that connects again, which goes first',
      { input: '{"json":{"lastEventId":"4"}}', lastEventId: '9' },
    ],
    ['with null for a place', { input: '{"json":{"lastEventId":null}}' }],
    ['with a place that no server gave', { lastEventId: 'yesterday' }],
    ['with a place below zero', { lastEventId: '-1' }],
    ['with a place beyond all numbers', { lastEventId: '9'.repeat(40) }],
    ['with SQL for a place', { lastEventId: "1'; DROP TABLE events" }],
    ['with an input of another type', { input: '{"json":7}', lastEventId: '9' }],
    ['with a list for an input', { input: '{"json":[1]}' }],
    ['with a field nobody knows', { input: '{"json":{"audience":"somebody else"}}' }],
  ])('%s', async (_what, { input, lastEventId }) => {
    const messages: readonly FeedMessage[] = [{ kind: 'reset', seq: 11 }, event];
    const official = signedIn(messages);
    const own = signedIn(messages);
    const search = input === undefined ? '' : `?input=${encodeURIComponent(input)}`;
    const response = await send(official.ctx, {
      path: 'events.feed',
      search,
      ...(lastEventId === undefined ? {} : { lastEventId }),
    });
    const text = await ownText(own.ctx, { input: input ?? null, lastEventId: lastEventId ?? null });
    expect(text).toBe(await response.text());
    expect(own.asked).toEqual(official.asked);
  });

  it.each([
    ['nobody is signed in', null, {}],
    ['the client is too old', actorWith(), { clientVersion: '1.0.0' }],
  ])('when %s', async (_what, actor, request) => {
    const ctx = fakeContext({ services: servicesWith([]).services, actor, request });
    const official = await (await send(ctx, { path: 'events.feed' })).text();
    expect(await ownText(ctx, { input: null, lastEventId: null })).toBe(official);
    expect(official).toContain('serialized-error');
  });
});

describe('what the own way adds', () => {
  it('makes the frame of a message once, however many windows take it', () => {
    expect(messageFrame(event)).toBe(messageFrame(event));
  });

  it('refuses an input that is no JSON, in plain words', async () => {
    const text = await ownText(signedIn().ctx, { input: '{', lastEventId: null });
    expect(text).toContain('"code":"invalid_input"');
    expect(text).not.toContain('Unexpected');
  });

  it('says busy under a status that the client library does not try again for ever', async () => {
    const services = servicesThat(() => Promise.reject(new DomainError('busy', 'Too many.', { remedy: 'Later.' })));
    const text = await ownText(fakeContext({ services, actor: actorWith() }), { input: null, lastEventId: null });
    expect(text).toContain('"code":"busy"');
    expect(text).toContain('"httpStatus":412');
  });

  it('masks what nobody foresaw, and logs it', async () => {
    const logError = vi.fn<() => void>();
    const services = servicesThat(() => Promise.reject(new Error('secret of the database')));
    const text = await ownText(fakeContext({ services, actor: actorWith(), logError }), {
      input: null,
      lastEventId: null,
    });
    expect(text).toContain('"code":"internal"');
    expect(text).not.toContain('secret');
    expect(logError).toHaveBeenCalledOnce();
  });
});
