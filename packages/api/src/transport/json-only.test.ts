import superjson from 'superjson';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { instant } from '@rsm/domain/common/instant';
import { hotListProcedure } from '../policies/hot-list-procedure.ts';
import { actorWith, callProcedure, fakeContext, servicesThat } from '../testing/fake-services.ts';
import { sampleIds } from '../testing/procedure-matrix.ts';
import { searchOf, send } from '../testing/wire.ts';
import { isJsonOnly, markJsonOnly, transformer } from './json-only.ts';

const summary = {
  id: sampleIds.listingId,
  machineId: sampleIds.machineId,
  title: 'Sixteen cores',
  pricePerHour: 1_500_000n,
  pricePerGpuHour: null,
  currency: 'EUR',
  region: 'Frankfurt, DE',
  reachability: 'reachable',
  accessMode: 'unix_user',
  cpuModel: 'Xeon',
  cpuThreads: 32,
  memoryBytes: 68_719_476_736,
  diskFreeBytes: null,
  diskKind: 'nvme',
  gpuModel: null,
  gpuCount: 0,
  vramBytes: null,
  cudaVersion: null,
  cpuScore: 1_200,
  memoryScore: 900,
  storageScore: null,
  gpuScore: null,
  networkScore: 450,
  reliabilityPpm: null,
  reliabilityAt: null,
  benchmarkedAt: null,
  createdAt: instant(Date.UTC(2030, 0, 1)),
};
const market = servicesThat(() => Promise.resolve({ items: [summary], nextCursor: null }));
const visitor = fakeContext({ services: market, actor: null });
const search = { path: 'listings.search', type: 'query' } as const;

describe('a hot list', () => {
  it('travels in the envelope of superjson without meta, and superjson reads it', async () => {
    const body = (await (await send(visitor, search)).json()) as {
      result: { data: Parameters<typeof superjson.deserialize>[0] };
    };
    expect(Object.keys(body.result.data)).toEqual(['json']);
    expect(superjson.deserialize(body.result.data)).toEqual({
      items: [{ ...summary, pricePerHour: '1.50', createdAt: '2030-01-01T00:00:00.000Z' }],
      nextCursor: null,
    });
  });

  it('is not walked by superjson: the very object goes out', async () => {
    const data = await callProcedure(search, visitor, {});
    expect(isJsonOnly(data)).toBe(true);
    expect(transformer.output.serialize(data)).toEqual({ json: data });
    expect(transformer.output.serialize(data).json).toBe(data);
  });

  it('takes neither dates nor bigints, by its type', () => {
    // @ts-expect-error A Date would lose its type on the wire.
    hotListProcedure(z.object({ at: z.date() }));
    // @ts-expect-error JSON has no bigint.
    hotListProcedure(z.object({ items: z.array(z.object({ amount: z.bigint() })) }));
    expect(hotListProcedure(z.object({ at: z.iso.datetime() }))).toBeDefined();
  });

  it('is checked by its output schema before it goes', async () => {
    const leaky = servicesThat(() => Promise.resolve({ items: [{ ...summary, currency: 'euros' }], nextCursor: null }));
    await expect(callProcedure(search, fakeContext({ services: leaky, actor: null }), {})).rejects.toMatchObject({
      client: { code: 'internal' },
    });
  });
});

describe('any other answer', () => {
  it('keeps dates and bigints', async () => {
    const services = servicesThat(() =>
      Promise.resolve({ available: 2_500_000n, held: 0n, owed: 0n, currency: 'EUR' }),
    );
    const response = await send(fakeContext({ services, actor: actorWith() }), { path: 'payments.wallet' });
    const body = (await response.json()) as { result: { data: Parameters<typeof superjson.deserialize>[0] } };
    expect(superjson.deserialize(body.result.data)).toEqual({
      availableMicros: 2_500_000n,
      heldMicros: 0n,
      owedMicros: 0n,
      currency: 'EUR',
    });
  });

  it('can be sent as an input in the same form', async () => {
    const seen: unknown[] = [];
    const services = servicesThat(({ args }) => {
      seen.push(args[1]);
      return Promise.resolve([]);
    });
    const range = { start: new Date('2030-05-01T10:00:00Z'), end: new Date('2030-05-01T12:00:00Z') };
    const input = superjson.stringify({ id: sampleIds.listingId, range });
    const iso = searchOf({ id: sampleIds.listingId, range: { start: '2030-05-01T12:00:00+02:00', end: range.end } });
    const ctx = fakeContext({ services, actor: null });
    await send(ctx, { path: 'listings.busyRanges', search: `?input=${encodeURIComponent(input)}` });
    await send(ctx, { path: 'listings.busyRanges', search: iso });
    const expected = { id: sampleIds.listingId, range: { start: range.start.getTime(), end: range.end.getTime() } };
    expect(seen).toEqual([expected, expected]);
  });
});

describe('the mark', () => {
  it('is seen by nobody else', () => {
    const marked = markJsonOnly({ a: 1 });
    expect(JSON.stringify(marked)).toBe('{"a":1}');
    expect(Object.keys(marked)).toEqual(['a']);
    expect({ ...marked }).toEqual({ a: 1 });
    expect(isJsonOnly({ ...marked })).toBe(false);
  });
});
