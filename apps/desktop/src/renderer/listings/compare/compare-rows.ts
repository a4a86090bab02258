import type { ListingDetailRead } from '@rsm/api/schemas/listings';
import type { BenchmarkKind } from '@rsm/domain/benchmarks/benchmark';

export type Best = 'lowest' | 'highest' | null;

/** One line of the comparison: a value for each listing, as text and, where it can be measured, as a number for a bar. */
export interface CompareRow {
  readonly label: string;
  readonly values: readonly CompareValue[];
  /** Whether the listings say different things. */
  readonly differs: boolean;
  readonly hasBars: boolean;
}

export interface CompareValue {
  readonly text: string;
  /** For bars only, where a pixel is coarser than a float. */
  readonly amount: number | null;
  /** The best of those that differ. */
  readonly isBest: boolean;
}

export interface CompareColumn {
  readonly label: string;
  readonly best?: Best;
  readonly of: (detail: ListingDetailRead) => CompareCell;
}

export interface CompareCell {
  readonly text: string;
  readonly amount?: number | null;
  /** By what the amount was found; amounts of different methods are not set against each other. */
  readonly method?: string;
}

/**
 * Puts listings beside each other. A missing value differs from a known one but is never the best. Values of different methods
 * say so, and none of them is the best.
 */
export function compareRows(
  details: readonly ListingDetailRead[],
  columns: readonly CompareColumn[],
): readonly CompareRow[] {
  return columns.map(({ label, best = null, of }) => {
    const read = comparableCells(details.map(of));
    const differs = new Set(read.map(({ text }) => text)).size > 1;
    const amounts = read.map(({ amount }) => amount ?? null).filter((amount) => amount !== null);
    const top =
      best === null || amounts.length < 2 ? null : best === 'lowest' ? Math.min(...amounts) : Math.max(...amounts);
    return {
      label,
      differs,
      hasBars: best !== null && amounts.length > 0,
      values: read.map(({ text, amount = null }) => ({
        text,
        amount,
        isBest: differs && top !== null && amount === top,
      })),
    };
  });
}

/** Cells whose amounts can be set against each other; where they can't, each names its method and has no amount. */
function comparableCells(cells: readonly CompareCell[]): readonly CompareCell[] {
  const methods = new Set(cells.flatMap(({ method }) => (method === undefined ? [] : [method])));
  if (methods.size < 2) return cells;
  return cells.map(({ text, method }) => ({
    text: method === undefined ? text : `${text} (${method}: not comparable)`,
  }));
}

/** The score of the newest run of a kind; null when it was not measured. */
export function scoreOf(detail: ListingDetailRead, kind: BenchmarkKind): number | null {
  return detail.benchmarks.find((benchmark) => benchmark.kind === kind)?.result?.score ?? null;
}

/** How the score of a kind came about, in words; undefined when it was not measured. */
export function methodOf(detail: ListingDetailRead, kind: BenchmarkKind): string | undefined {
  const result = detail.benchmarks.find((benchmark) => benchmark.kind === kind)?.result ?? null;
  return result === null ? undefined : `method ${String(result.methodVersion)}, ${result.referenceMachine}`;
}
