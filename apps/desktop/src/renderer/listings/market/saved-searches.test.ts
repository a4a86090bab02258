import { describe, expect, test } from 'vitest';
import { SAVED_SEARCHES_MAX, SavedSearches } from './saved-searches.ts';

class MemoryStorage {
  readonly #entries = new Map<string, string>();
  getItem = (key: string): string | null => this.#entries.get(key) ?? null;
  setItem = (key: string, value: string): void => {
    this.#entries.set(key, value);
  };
}

describe('saved searches', () => {
  test('are there again after the program was closed', () => {
    const storage = new MemoryStorage();
    new SavedSearches(storage).save(' Cheap GPUs ', { gpuCountMin: 1, priceMax: '2', accessMode: 'container' });
    expect(new SavedSearches(storage).get()).toEqual([
      { name: 'Cheap GPUs', search: { gpuCountMin: 1, priceMax: '2', accessMode: 'container' } },
    ]);
  });

  test('the same name takes the place of the earlier search', () => {
    const saved = new SavedSearches(new MemoryStorage());
    saved.save('mine', { q: 'a' });
    saved.save('mine', { q: 'b' });
    expect(saved.get()).toEqual([{ name: 'mine', search: { q: 'b' } }]);
  });

  test('can be removed, and whoever listens hears of it', () => {
    const saved = new SavedSearches(new MemoryStorage());
    saved.save('mine', {});
    let heard = 0;
    const stop = saved.subscribe(() => {
      heard += 1;
    });
    saved.remove('mine');
    stop();
    saved.save('other', {});
    expect(heard).toBe(1);
    expect(saved.get().map(({ name }) => name)).toEqual(['other']);
  });

  test('a name is needed, and there is a limit that says what to do', () => {
    const saved = new SavedSearches(new MemoryStorage());
    expect(saved.save('  ', {})).toBe('Give the search a name.');
    expect(saved.save('x'.repeat(41), {})).toBe('At most 40 characters.');
    for (let index = 0; index < SAVED_SEARCHES_MAX; index += 1) saved.save(String(index), {});
    expect(saved.save('one more', {})).toMatch(/Remove one first/);
    expect(saved.save('0', { q: 'again' })).toBeNull();
    expect(saved.get()).toHaveLength(SAVED_SEARCHES_MAX);
  });

  test.each(['not json', '{"name":1}', '[{"name":"x","search":{"gpuCountMin":"many"}}]'])(
    'unreadable text %s counts as none',
    (text) => {
      const storage = new MemoryStorage();
      storage.setItem('rsm.saved-searches', text);
      expect(new SavedSearches(storage).get()).toEqual([]);
    },
  );
});
