import { describe, expect, it } from 'vitest';
import { createKeptSeq } from './kept-seq.ts';

function storage(entries: Readonly<Record<string, string>> = {}) {
  const kept = new Map(Object.entries(entries));
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => kept.set(name, text),
  };
}

describe('a kept sequence', () => {
  it('takes each number once, also over two windows that share the storage', () => {
    const shared = storage();
    const [first, second] = [createKeptSeq(shared, 'p.'), createKeptSeq(shared, 'p.')];
    expect([first.raise('anna', 7), second.raise('anna', 7), second.raise('anna', 8)]).toEqual([true, false, true]);
    expect(first.get('anna')).toBe(8);
  });

  it('never goes back', () => {
    const kept = createKeptSeq(storage(), 'p.');
    kept.raise('anna', 9);
    expect(kept.raise('anna', 3)).toBe(false);
    expect(kept.get('anna')).toBe(9);
  });

  it('is kept for each person apart', () => {
    const kept = createKeptSeq(storage(), 'p.');
    kept.raise('anna', 9);
    expect(kept.get('ben')).toBeNull();
    expect(kept.raise('ben', 1)).toBe(true);
  });

  it.each(['', 'many', '-4', '1.5', '{}'])('counts %j of another hand as nothing kept', (text) => {
    expect(createKeptSeq(storage({ 'p.anna': text }), 'p.').get('anna')).toBeNull();
  });
});
