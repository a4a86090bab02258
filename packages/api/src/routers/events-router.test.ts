import { describe, expect, it } from 'vitest';
import { instant } from '@rsm/domain/common/instant';
import { actorWith, fakeContext, servicesThat } from '../testing/fake-services.ts';
import { sampleIds } from '../testing/procedure-matrix.ts';
import { send } from '../testing/wire.ts';

const event = {
  audience: sampleIds.userId,
  seq: 12,
  kind: 'booking_active',
  subject: 'booking',
  subjectId: sampleIds.bookingId,
  text: 'Your machine is ready.',
  at: instant(Date.UTC(2030, 0, 1)),
};

function feedOf(...messages: readonly unknown[]) {
  const asked: unknown[] = [];
  const services = servicesThat(async function* ({ args }) {
    asked.push(args[1]);
    yield* messages;
  });
  return { asked, ctx: fakeContext({ services, actor: actorWith() }) };
}

describe('the feed on the wire', () => {
  it('carries each event as plain JSON with its sequence as id, and not to whom it is told', async () => {
    const { ctx } = feedOf({ kind: 'event', event });
    const response = await send(ctx, { path: 'events.feed' });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const { audience: _audience, ...told } = event;
    const data = JSON.stringify({ json: { kind: 'event', event: { ...told, at: '2030-01-01T00:00:00.000Z' } } });
    const frame = (await response.text()).split('\n\n').find((text) => text.includes('id: 12'));
    const line = /^data: (.*)$/m.exec(frame ?? '')?.[1] ?? '';
    expect(JSON.parse(line)).toEqual(JSON.parse(data));
    expect(line).not.toContain('"meta"');
  });

  it('begins at the present, and after a lost connection where the client stopped', async () => {
    const { ctx, asked } = feedOf({ kind: 'reset', seq: 0 });
    await (await send(ctx, { path: 'events.feed' })).text();
    await (await send(ctx, { path: 'events.feed', lastEventId: '41' })).text();
    expect(asked).toMatchObject([{ afterSeq: null }, { afterSeq: 41 }]);
  });

  it('says reset with an id to go on from', async () => {
    const { ctx } = feedOf({ kind: 'reset', seq: 99 });
    const text = await (await send(ctx, { path: 'events.feed' })).text();
    expect(text).toContain('{"json":{"kind":"reset","seq":99}}');
    expect(text).toContain('id: 99');
  });

  it('refuses an id that this server never gave', async () => {
    const { ctx, asked } = feedOf();
    const text = await (await send(ctx, { path: 'events.feed', lastEventId: 'yesterday' })).text();
    expect(text).toContain('"code":"invalid_input"');
    expect(asked).toEqual([]);
  });
});

describe('the inbox', () => {
  it('goes forward from the cursor until there is no more', async () => {
    const services = servicesThat(() => Promise.resolve({ events: [event], lastSeq: 13 }));
    const ctx = fakeContext({ services, actor: actorWith() });
    const more = (await (await send(ctx, { path: 'events.list' })).json()) as { result: { data: { json: unknown } } };
    expect(more.result.data.json).toMatchObject({ nextCursor: '12', lastSeq: 13, items: [{ seq: 12 }] });
  });
});
