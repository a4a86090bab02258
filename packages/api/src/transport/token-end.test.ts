import { describe, expect, it } from 'vitest';
import { tokenEndMs, untilTokenEnds } from './token-end.ts';

const tokenWith = (payload: unknown) => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`;

describe('the end of a token', () => {
  it.each([
    [tokenWith({ exp: 1_900_000_000 }), 1_900_000_000_000],
    [tokenWith({}), null],
    [tokenWith({ exp: 'soon' }), null],
    [tokenWith(null), null],
    ['e30.%%%.c2ln', null],
    ['opaque', null],
  ])('of %s is %s', (token, end) => {
    expect(tokenEndMs(token)).toBe(end);
  });

  it('ends a feed', async () => {
    const signal = untilTokenEnds(undefined, tokenWith({ exp: 1_000 }), 1_000_000 - 20);
    expect(signal.aborted).toBe(false);
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
    expect(signal.aborted).toBe(true);
  });

  it('leaves the request its own end', () => {
    const request = new AbortController();
    const signal = untilTokenEnds(request.signal, tokenWith({ exp: 2_000 }), 0);
    request.abort();
    expect(signal.aborted).toBe(true);
  });
});
