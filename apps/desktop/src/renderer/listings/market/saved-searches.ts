import { accessModes } from '@rsm/domain/machines/machine';
import { z } from 'zod';
import { searchedDiskKinds, type MarketSearch } from './market-search.ts';

const STORAGE_KEY = 'rsm.saved-searches';
export const SAVED_SEARCHES_MAX = 20;
export const SEARCH_NAME_LENGTH_MAX = 40;

const text = z.string().max(200).optional();
const number = z.number().optional();

const savedSearchSchema = z.object({
  name: z.string().min(1).max(SEARCH_NAME_LENGTH_MAX),
  search: z.object({
    q: text,
    gpuModel: text,
    gpuCountMin: number,
    vramGibMin: number,
    cudaVersionMin: text,
    cpuThreadsMin: number,
    memoryGibMin: number,
    diskGibMin: number,
    diskKind: z.enum(searchedDiskKinds).optional(),
    region: text,
    priceMax: text,
    pricePerGpuHourMax: text,
    pricePerScoreMax: text,
    cpuScoreMin: number,
    storageScoreMin: number,
    gpuScoreMin: number,
    networkScoreMin: number,
    accessMode: z.enum(accessModes).optional(),
    reliabilityMin: number,
    freeFrom: text,
    freeHours: number,
  }),
});
const savedSearchesSchema = z.array(savedSearchSchema).max(SAVED_SEARCHES_MAX);

export interface SavedSearch {
  readonly name: string;
  readonly search: MarketSearch;
}

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

/** Searches that a person gave a name, on this computer. */
export class SavedSearches {
  readonly #storage: Storage;
  readonly #listeners = new Set<() => void>();
  #all: readonly SavedSearch[];

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#all = read(storage);
  }

  get = (): readonly SavedSearch[] => this.#all;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Keeps a search under a name; the same name takes the place of the earlier one. Returns why it can't, or null. */
  save(name: string, search: MarketSearch): string | null {
    const trimmed = name.trim();
    if (trimmed === '') return 'Give the search a name.';
    if (trimmed.length > SEARCH_NAME_LENGTH_MAX) return `At most ${String(SEARCH_NAME_LENGTH_MAX)} characters.`;
    const others = this.#all.filter((saved) => saved.name !== trimmed);
    if (others.length >= SAVED_SEARCHES_MAX) {
      return `At most ${String(SAVED_SEARCHES_MAX)} searches are kept. Remove one first.`;
    }
    this.#keep([...others, { name: trimmed, search }]);
    return null;
  }

  remove(name: string): void {
    this.#keep(this.#all.filter((saved) => saved.name !== name));
  }

  #keep(all: readonly SavedSearch[]): void {
    this.#all = all;
    this.#storage.setItem(STORAGE_KEY, JSON.stringify(all));
    for (const listener of this.#listeners) listener();
  }
}

function read(storage: Storage): readonly SavedSearch[] {
  try {
    return savedSearchesSchema.parse(JSON.parse(storage.getItem(STORAGE_KEY) ?? '[]'));
  } catch {
    // Text of another version or of somebody else counts as no saved searches.
    return [];
  }
}
