import { describe, expect, it } from 'vitest';
import { TopUpWishes } from './top-up-wishes.ts';

function wishes(): TopUpWishes {
  let count = 0;
  return new TopUpWishes(() => `key-${String((count += 1))}`);
}

describe('the key of a top-up', () => {
  it('stays the same while the outcome is unknown, so that nobody pays twice', () => {
    const made = wishes();
    expect([made.keyFor(10n), made.keyFor(10n)]).toEqual(['key-1', 'key-1']);
  });

  it('is another one for another amount, and the first is found again', () => {
    const made = wishes();
    expect([made.keyFor(10n), made.keyFor(20n), made.keyFor(10n)]).toEqual(['key-1', 'key-2', 'key-1']);
  });

  it('is another one for another card: the server takes the same key for the same payment only', () => {
    const made = wishes();
    expect([made.keyFor(10n, 'a'), made.keyFor(10n, 'b'), made.keyFor(10n, 'a')]).toEqual(['key-1', 'key-2', 'key-1']);
    made.settle(10n, 'a');
    expect([made.keyFor(10n, 'a'), made.keyFor(10n, 'b')]).toEqual(['key-3', 'key-2']);
  });

  it('is a new one once the payment succeeded or was declined', () => {
    const made = wishes();
    made.keyFor(10n);
    made.settle(10n);
    expect(made.keyFor(10n)).toBe('key-2');
  });
});
