import { describe, expect, it } from 'vitest';
import { ACCESS_TOKEN_LENGTH_MAX, bearerTokenOf, createContextFactory } from './context.ts';
import { actorWith, fakeServerInfo, servicesThat } from './testing/fake-services.ts';

describe('the bearer token', () => {
  it.each([
    ['Bearer abc.DEF-1_2', 'abc.DEF-1_2'],
    ['bearer abc', 'abc'],
    ['Basic abc', null],
    ['Bearer', null],
    ['Bearer a b', null],
    [`Bearer ${'a'.repeat(ACCESS_TOKEN_LENGTH_MAX)}`, 'a'.repeat(ACCESS_TOKEN_LENGTH_MAX)],
    [`Bearer ${'a'.repeat(ACCESS_TOKEN_LENGTH_MAX + 1)}`, null],
    [undefined, null],
  ])('of %s is %s', (header, token) => {
    expect(bearerTokenOf(header)).toBe(token);
  });
});

describe('a context', () => {
  it('asks who calls once, however many procedures a batch holds, and not before it must', async () => {
    let asked = 0;
    const services = servicesThat(() => {
      asked += 1;
      return Promise.resolve(actorWith());
    });
    const create = createContextFactory({ services, serverInfo: fakeServerInfo, logError: () => undefined });
    const ctx = create({ requestId: 'r', clientAddress: '203.0.113.9', authorization: 'Bearer t' });
    expect(asked).toBe(0);
    await Promise.all([ctx.authenticate(), ctx.authenticate()]);
    expect(asked).toBe(1);
  });
});
