import type { BenchmarkRead } from '@rsm/api/schemas/benchmarks';
import { formatInteger, formatNumber } from '../format/size.ts';
import { formatDateTime, formatRelative } from '../format/time.ts';
import { driftWords } from '../benchmarks/benchmark-words.ts';
import { ToolOutput } from '../benchmarks/tool-output.tsx';
import { benchmarkKindWords, benchmarkStatusWords } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';

/** Runs that are queued or run, with how far they are, in the order in which they come. */
export function UnfinishedRuns({ runs }: { readonly runs: readonly BenchmarkRead[] }) {
  return (
    <section aria-label="On their way" className="flex flex-col gap-3">
      {runs.toReversed().map((run) => (
        <BenchmarkProgress key={run.id} run={run} />
      ))}
    </section>
  );
}

function BenchmarkProgress({ run }: { readonly run: BenchmarkRead }) {
  const percent = Math.round(run.progressPercent);
  const label = benchmarkKindWords[run.kind];
  return (
    <div className="flex items-center gap-4">
      <span className="w-24 shrink-0 text-sm font-medium">{label}</span>
      <div
        role="progressbar"
        aria-label={`${label}: ${benchmarkStatusWords[run.status].label}`}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-2 min-w-0 grow overflow-hidden rounded-full bg-muted outline outline-input/40"
      >
        <div className="h-full rounded-full bg-primary transition-[width]" style={{ width: `${String(percent)}%` }} />
      </div>
      <span className="w-28 shrink-0 text-right text-[13px] text-muted-foreground tabular-nums">
        {run.status === 'queued' ? 'Queued' : `${String(percent)} %`}
      </span>
    </div>
  );
}

/** What a run measured, with its units, the tool and the spread; the score never alone. */
export function BenchmarkResult({ run }: { readonly run: BenchmarkRead }) {
  const { result } = run;
  const drift = driftWords(run);
  const word = benchmarkStatusWords[run.status];
  const at = run.finishedAt ?? run.queuedAt;
  return (
    <article className="rounded-md border p-4">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="text-sm font-semibold">{benchmarkKindWords[run.kind]}</h3>
        <Badge tone={word.tone}>{word.label}</Badge>
        <time dateTime={at.toISOString()} className="text-[13px] text-muted-foreground" title={formatDateTime(at)}>
          {formatRelative(at)}
        </time>
        <span className="grow" />
        {run.rawOutputSha256 !== null && <ToolOutput run={run} />}
      </header>
      {run.failureReason !== null && <p className="mt-2 text-sm text-danger">{run.failureReason}</p>}
      {drift !== null && <p className="mt-2 text-sm text-danger">{drift} The listing says so.</p>}
      {result !== null && (
        <>
          <table className="mt-3 w-full text-left text-sm">
            <caption className="sr-only">Measurements of {benchmarkKindWords[run.kind]}</caption>
            <thead>
              <tr className="text-[13px] text-muted-foreground">
                <th scope="col" className="py-1 pr-4 font-medium">
                  Measurement
                </th>
                <th scope="col" className="py-1 pr-4 text-right font-medium">
                  Median
                </th>
                <th scope="col" className="py-1 text-right font-medium">
                  Lowest to highest
                </th>
              </tr>
            </thead>
            <tbody>
              {result.measurements.map((measurement) => (
                <tr key={measurement.name} className="border-t">
                  <th scope="row" className="py-1.5 pr-4 font-normal">
                    {measurementWords(measurement.name)}
                  </th>
                  <td className="py-1.5 pr-4 text-right font-medium whitespace-nowrap tabular-nums">
                    {formatNumber(measurement.median)} {measurement.unit}
                  </td>
                  <td className="py-1.5 text-right whitespace-nowrap text-muted-foreground tabular-nums">
                    {formatNumber(measurement.minimum)} to {formatNumber(measurement.maximum)} {measurement.unit},{' '}
                    {measurement.repetitions} ×
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className="mt-2 text-[13px] text-muted-foreground">
            Score {formatInteger(result.score)}, where {result.referenceMachine} has 1,000. {result.tool}{' '}
            {result.toolVersion}, method {result.methodVersion}.
          </p>
        </>
      )}
    </article>
  );
}

/** `random_read` is what programs call it. */
const measurementWords = (name: string): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`;
