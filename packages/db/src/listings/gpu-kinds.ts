import type { Session } from '../common/session.ts';
import { valuesInIndex } from './values-in-index.ts';

/** A model and a number of GPUs that machines on the market have. */
export type GpuKind = { readonly key: string; readonly count: number };

/**
 * The kinds of GPUs on the market that a typed model stands for, or null where more than `modelsMax` models are there.
 * Jumps from each model to the next one in the index, and from each number of GPUs of a model to the next, so that it costs
 * what there are kinds and not what there are machines.
 */
export async function gpuKinds(session: Session, model: string, modelsMax: number): Promise<readonly GpuKind[] | null> {
  const pattern = gpuPattern(model);
  if (pattern === null) return [];
  const row = await session.row<{ readonly models: number; readonly kinds: readonly GpuKind[] }>(
    'gpu_kinds',
    `WITH RECURSIVE ${valuesInIndex('gpu_key', 'models')},
       kinds AS (
         SELECT gpu_key, -1 AS gpu_count FROM models WHERE gpu_key ~ ?
         UNION ALL
         SELECT kinds.gpu_key, (SELECT market_listings.gpu_count FROM market_listings
           WHERE market_listings.gpu_key = kinds.gpu_key AND market_listings.gpu_count > kinds.gpu_count
           ORDER BY market_listings.gpu_count LIMIT 1)
         FROM kinds WHERE kinds.gpu_count IS NOT NULL)
     SELECT (SELECT count(*)::integer FROM models) AS models,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('key', gpu_key, 'count', gpu_count)), '[]')
        FROM kinds WHERE gpu_count >= 0) AS kinds`,
    [modelsMax + 1, pattern],
  );
  return row === null || row.models > modelsMax ? null : row.kinds;
}

/**
 * The model as people write it, as a regular expression; null where no letter or digit is in it, which no model matches.
 * RTX4090 finds "NVIDIA GeForce RTX 4090", since a blank between letters and digits may be there or not. Numbers count
 * whole, so that L4 finds no L40. Only letters and digits are left, so that nothing in it means something else.
 */
export function gpuPattern(model: string): string | null {
  const runs = model.toLowerCase().match(/\p{L}+|\p{N}+/gu) ?? [];
  const isNumber = (run: string | undefined): boolean => run !== undefined && /^\p{N}/u.test(run);
  const [first] = runs;
  if (first === undefined) return null;
  const parts = runs.map((run, index) => {
    if (index === 0) return isNumber(run) ? `(^|[^0-9])${run}` : run;
    return `${isNumber(run) && isNumber(runs[index - 1]) ? ' ' : ' ?'}${run}`;
  });
  return `${parts.join('')}${isNumber(runs.at(-1)) ? '($|[^0-9])' : ''}`;
}
