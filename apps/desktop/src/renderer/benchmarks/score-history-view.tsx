import type { BenchmarkKind } from '@rsm/domain/benchmarks/benchmark';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { formatInteger } from '../format/size.ts';
import { formatDateTime } from '../format/time.ts';
import { QueryView } from '../ui/query-view.tsx';
import { Skeleton } from '../ui/states.tsx';
import { scoreHistory } from './score-history.ts';

const ScoreChart = lazy(async () => import('./score-chart.tsx').then((file) => ({ default: file.ScoreChart })));

/** The newest runs of a machine; older ones say little about it. */
const RUNS_MAX = 100;

/** How a kind's score moved over time: a chart, and the same as a table. */
export function ScoreHistoryView({ machineId, kind }: { readonly machineId: string; readonly kind: BenchmarkKind }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.benchmarks.listByMachine.queryOptions({ machineId, limit: RUNS_MAX }));
  const { points, otherMethods } = useMemo(() => scoreHistory(query.data?.items ?? [], kind), [query.data, kind]);
  return (
    <QueryView query={query} loading={<Skeleton className="h-40" />}>
      {() => (
        <div className="flex flex-col gap-2">
          {points.length < 2 ? (
            <p className="text-[13px] text-muted-foreground">Measured once so far. The second run begins a chart.</p>
          ) : (
            <>
              <Suspense fallback={<Skeleton className="h-40" />}>
                <ScoreChart points={points} />
              </Suspense>
              <p className="text-xs text-muted-foreground">The dashed line is the reference machine.</p>
              <details>
                <summary className="w-fit text-[13px] font-medium text-primary-text">As a table</summary>
                <table className="mt-1 text-[13px]">
                  <thead className="text-left text-muted-foreground">
                    <tr>
                      <th scope="col" className="pr-6 font-medium">
                        Measured
                      </th>
                      <th scope="col" className="text-right font-medium">
                        Score
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {points.toReversed().map(({ at, score }) => (
                      <tr key={at.getTime()}>
                        <td className="pr-6">{formatDateTime(at)}</td>
                        <td className="text-right tabular-nums">{formatInteger(score)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </details>
            </>
          )}
          {otherMethods > 0 && (
            <p className="text-[13px] text-muted-foreground">
              {otherMethods} older {otherMethods === 1 ? 'run used' : 'runs used'} another method and can’t be compared.
            </p>
          )}
        </div>
      )}
    </QueryView>
  );
}
