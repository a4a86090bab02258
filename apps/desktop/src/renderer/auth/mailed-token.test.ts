import { describe, expect, it } from 'vitest';
import { mailedToken } from './mailed-token.ts';

describe('the token of a mailed link', () => {
  it('is what stands behind the hash sign, decoded', () => {
    expect(mailedToken(`#token=${encodeURIComponent('a.b/c=')}`)).toBe('a.b/c=');
  });

  it.each(['', '#', '#other=1', '#token='])('is empty for %j, so that the person can paste the code', (hash) => {
    expect(mailedToken(hash)).toBe('');
  });
});
