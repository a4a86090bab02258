import type { BenchmarkRead } from '@rsm/api/schemas/benchmarks';
import { REFERENCE_SCORE } from '@rsm/domain/benchmarks/benchmark-method';
import { useState } from 'react';
import { formatInteger } from '../format/size.ts';
import { formatDateTime, formatRelative } from '../format/time.ts';
import { benchmarkKindWords } from '../format/words.ts';
import { Button } from '../ui/button.tsx';
import { againstReference, driftWords, figure, measurementName, spreadPercent } from './benchmark-words.ts';
import { ScoreHistoryView } from './score-history-view.tsx';
import { ToolOutput } from './tool-output.tsx';

/** What one kind of benchmark measured: the figures with their units, the score they give, and how it was done. */
export function BenchmarkCard({
  benchmark,
  signedIn,
}: {
  readonly benchmark: BenchmarkRead;
  /** History and raw output are for people with an account. */
  readonly signedIn: boolean;
}) {
  const [isHistoryShown, setHistoryShown] = useState(false);
  const { result } = benchmark;
  const name = benchmarkKindWords[benchmark.kind];
  const drift = driftWords(benchmark);
  if (result === null || benchmark.finishedAt === null) return null;
  return (
    <section aria-label={name} className="flex flex-col gap-2.5 border-t pt-4 first:border-t-0 first:pt-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h3 className="text-sm font-semibold">{name}</h3>
        <p className="text-[13px]">
          Score <span className="text-base font-semibold tabular-nums">{formatInteger(result.score)}</span>
          <span className="text-muted-foreground">, {againstReference(result.score)}</span>
        </p>
      </div>
      {drift !== null && <p className="text-[13px] font-medium text-danger">{drift}</p>}
      <ScoreBar score={result.score} />
      <div className="overflow-x-auto">
        <table className="w-full text-[13px]">
          <thead className="text-left text-xs text-muted-foreground">
            <tr>
              <th scope="col" className="py-1 pr-3 font-medium">
                Measured
              </th>
              <th scope="col" className="py-1 pr-3 text-right font-medium">
                Median
              </th>
              <th scope="col" className="py-1 pr-3 text-right font-medium">
                Lowest to highest
              </th>
              <th scope="col" className="py-1 text-right font-medium">
                Spread
              </th>
            </tr>
          </thead>
          <tbody className="tabular-nums">
            {result.measurements.map((measurement) => {
              const spread = spreadPercent(measurement);
              return (
                <tr key={measurement.name} className="border-t">
                  <th scope="row" className="py-1 pr-3 text-left font-normal">
                    {measurementName(measurement.name)}
                  </th>
                  <td className="py-1 pr-3 text-right font-medium whitespace-nowrap">
                    {figure(measurement.median, measurement.unit)}
                  </td>
                  <td className="py-1 pr-3 text-right whitespace-nowrap text-muted-foreground">
                    {figure(measurement.minimum, measurement.unit)} to {figure(measurement.maximum, measurement.unit)}
                  </td>
                  <td className="py-1 text-right whitespace-nowrap text-muted-foreground">
                    {spread === null ? '–' : `${formatInteger(spread)} %`}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className="text-[13px] text-muted-foreground">
        <span title={formatDateTime(benchmark.finishedAt)}>Measured {formatRelative(benchmark.finishedAt)}</span> with{' '}
        {result.tool} {result.toolVersion}, method {result.methodVersion}, {result.measurements[0]?.repetitions ?? 1}{' '}
        runs, scored by {result.parameters['scoredBy'] ?? 'their median'}. Reference: {result.referenceMachine} ={' '}
        {formatInteger(REFERENCE_SCORE)}.
      </p>
      <details>
        <summary className="w-fit text-[13px] font-medium text-primary-text">Settings of the tool</summary>
        <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-4 font-mono text-xs">
          {Object.entries(result.parameters).map(([key, value]) => (
            <div key={key} className="contents">
              <dt className="text-muted-foreground">{key}</dt>
              <dd className="break-all">{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      {signedIn && (
        <div className="flex flex-wrap gap-2">
          <Button size="sm" aria-expanded={isHistoryShown} onClick={() => setHistoryShown(!isHistoryShown)}>
            {isHistoryShown ? 'Hide earlier runs' : 'Show earlier runs'}
            <span className="sr-only">, {name}</span>
          </Button>
          {benchmark.rawOutputSha256 !== null && <ToolOutput run={benchmark} />}
        </div>
      )}
      {isHistoryShown && <ScoreHistoryView machineId={benchmark.machineId} kind={benchmark.kind} />}
    </section>
  );
}

/** The score as a bar; a mark stands where the reference is. */
function ScoreBar({ score }: { readonly score: number }) {
  const most = Math.max(score, REFERENCE_SCORE) * 1.05;
  const percent = (value: number): string => `${String((value / most) * 100)}%`;
  return (
    <div aria-hidden className="relative h-2.5 rounded-full bg-muted">
      <div className="h-full rounded-full bg-chart-1" style={{ width: percent(score) }} />
      <div className="absolute -top-1 -bottom-1 w-0.5 bg-foreground" style={{ left: percent(REFERENCE_SCORE) }} />
    </div>
  );
}
