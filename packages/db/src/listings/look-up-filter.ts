import type { ListingFilter } from '@rsm/domain/listings/listing-repository';

import type { Session } from '../common/session.ts';
import { gpuKinds, type GpuKind } from './gpu-kinds.ts';
import { regionKeys } from './region-keys.ts';
import type { SearchWays } from './search-ways.ts';
import { wordMeanings, type WordMeaning } from './word-meanings.ts';

/** What the market knows of the words of a filter: looked up in small places before the large table is searched. */
export type FilterMeaning = {
  /** What each typed word of the text stands for; none without a text. */
  readonly words: readonly WordMeaning[];
  /** The kinds of GPUs with the wanted model and number; null where no model is asked for, or there are too many models. */
  readonly gpuKinds: readonly GpuKind[] | null;
  /** The regions that are meant; null where none is asked for, or there are too many. */
  readonly regionKeys: readonly string[] | null;
};

export const NO_MEANING: FilterMeaning = { words: [], gpuKinds: null, regionKeys: null };

export async function lookUpFilter(
  session: Session,
  filter: ListingFilter,
  { modelsMax, regionsMax, wholeWordsMax }: SearchWays,
): Promise<FilterMeaning> {
  const { gpuCountMax, gpuCountMin, gpuModel, region, text } = filter;
  const words = text === undefined ? [] : await wordMeanings(session, text, wholeWordsMax);
  const kinds = gpuModel === undefined ? null : await gpuKinds(session, gpuModel, modelsMax);
  const regions = region === undefined ? null : await regionKeys(session, region, regionsMax);
  const isWanted = ({ count }: GpuKind): boolean => count >= (gpuCountMin ?? 0) && count <= (gpuCountMax ?? Infinity);
  return { words, gpuKinds: kinds === null ? null : kinds.filter(isWanted), regionKeys: regions };
}
