import { describe, expect, it } from 'vitest';
import { WishKeys } from './wish-keys.ts';

function counted(): WishKeys {
  let count = 0;
  return new WishKeys(() => `key-${String((count += 1))}`);
}

describe('the keys of wishes', () => {
  it('gives a wish the same key until it has worked', () => {
    const keys = counted();
    expect(keys.keyFor('payout')).toBe('key-1');
    expect(keys.keyFor('payout')).toBe('key-1');
    keys.settle('payout');
    expect(keys.keyFor('payout')).toBe('key-2');
  });

  it('keeps different wishes apart', () => {
    const keys = counted();
    expect([keys.keyFor('full'), keys.keyFor('none'), keys.keyFor('full')]).toEqual(['key-1', 'key-2', 'key-1']);
  });
});
