import type { ListingFilter } from '@rsm/domain/listings/listing-repository';

import type { Session } from '../common/session.ts';
import { gpuKinds, type GpuKind } from './gpu-kinds.ts';
import { wordMeanings, type WordMeaning } from './word-meanings.ts';

/** What the market knows of the words of a filter: looked up in small places before the large table is searched. */
export type FilterMeaning = {
  /** What each typed word of the text stands for; none without a text. */
  readonly words: readonly WordMeaning[];
  /** The kinds of GPUs with the wanted model and number; null where no model is asked for, or there are too many models. */
  readonly gpuKinds: readonly GpuKind[] | null;
};

export const NO_MEANING: FilterMeaning = { words: [], gpuKinds: null };

export async function lookUpFilter(session: Session, filter: ListingFilter): Promise<FilterMeaning> {
  const { gpuCountMax, gpuCountMin, gpuModel, text } = filter;
  const words = text === undefined ? [] : await wordMeanings(session, text);
  const kinds = gpuModel === undefined ? null : await gpuKinds(session, gpuModel);
  const isWanted = ({ count }: GpuKind): boolean => count >= (gpuCountMin ?? 0) && count <= (gpuCountMax ?? Infinity);
  return { words, gpuKinds: kinds === null ? null : kinds.filter(isWanted) };
}

/** Whether nothing on the market was ever called what the filter asks for: then there is nothing to search for. */
export function isUnknown({ text }: ListingFilter, { gpuKinds, words }: FilterMeaning): boolean {
  // Signs alone are no word, and asked for by nobody who wants everything.
  const isTextUnknown = text !== undefined && (words.length === 0 || words.some((word) => word.words.length === 0));
  return isTextUnknown || gpuKinds?.length === 0;
}
