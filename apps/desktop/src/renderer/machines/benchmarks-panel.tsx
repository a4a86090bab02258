import type { BenchmarkRead } from '@rsm/api/schemas/benchmarks';
import type { MachineRead } from '@rsm/api/schemas/machines';
import { benchmarkKinds, type BenchmarkKind } from '@rsm/domain/benchmarks/benchmark';
import { whyGpuNotMeasured } from '@rsm/domain/benchmarks/gpu-measurable';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { benchmarkKindWords } from '../format/words.ts';
import { Button } from '../ui/button.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState, ErrorNote } from '../ui/states.tsx';
import { BenchmarkResult, UnfinishedRuns } from './benchmark-run.tsx';
import { isUnfinished, runsByUse } from './benchmark-runs.ts';
import { WAIT_POLL_MS } from './polling.ts';

const PAGE_ITEMS = 50;

/** Start runs, watch them, read what they measured. */
export function BenchmarksPanel({
  machine,
  doneAction,
  meanwhileAction,
}: {
  readonly machine: MachineRead;
  /** Shown when there is a result, for the wizard. */
  readonly doneAction?: ReactNode;
  /** Shown while runs are on their way, for the wizard. */
  readonly meanwhileAction?: ReactNode;
}) {
  const trpc = useTRPC();
  const runs = useInfiniteQuery(
    trpc.benchmarks.listByMachine.infiniteQueryOptions(
      { machineId: machine.id, limit: PAGE_ITEMS },
      {
        getNextPageParam: (page) => page.nextCursor ?? undefined,
        refetchInterval: ({ state }) =>
          state.data?.pages.some((page) => page.items.some(isUnfinished)) === true ? WAIT_POLL_MS : false,
      },
    ),
  );
  return (
    <QueryView query={runs}>
      {({ pages }) => {
        const all = pages.flatMap((page) => page.items);
        const { unfinished, latest, earlier } = runsByUse(all);
        const hasResult = latest.some((run) => run.status === 'succeeded');
        return (
          <div className="flex flex-col gap-6">
            <StartRuns machine={machine} known={kindsOf(all)} isBusy={unfinished.length > 0} isFirst={!hasResult} />
            <div aria-live="polite">{unfinished.length > 0 && <UnfinishedRuns runs={unfinished} />}</div>
            {meanwhileAction !== undefined && unfinished.length > 0 && (
              <div className="flex justify-end">{meanwhileAction}</div>
            )}
            {latest.length === 0 && unfinished.length === 0 && (
              <EmptyState title="Nothing measured yet">
                Start above. The machine must be verified and not booked at the moment.
              </EmptyState>
            )}
            {latest.length > 0 && (
              <section aria-label="Results" className="flex flex-col gap-3">
                {latest.map((run) => (
                  <BenchmarkResult key={run.id} run={run} />
                ))}
              </section>
            )}
            {hasResult && doneAction !== undefined && unfinished.length === 0 && (
              <div className="flex justify-end">{doneAction}</div>
            )}
            <Earlier runs={earlier} />
            {runs.hasNextPage && (
              <Button
                className="self-start"
                busy={runs.isFetchingNextPage}
                onClick={() => detached(runs.fetchNextPage())}
              >
                Show older runs
              </Button>
            )}
          </div>
        );
      }}
    </QueryView>
  );
}

/** The kinds that were run here, in their usual order. */
function kindsOf(runs: readonly BenchmarkRead[]): readonly BenchmarkKind[] {
  return benchmarkKinds.filter((kind) => runs.some((run) => run.kind === kind));
}

function Earlier({ runs }: { readonly runs: readonly BenchmarkRead[] }) {
  if (runs.length === 0) return null;
  return (
    <details>
      <summary className="w-fit rounded text-sm font-medium text-primary-text">Earlier runs ({runs.length})</summary>
      <div className="mt-3 flex flex-col gap-3">
        {runs.map((run) => (
          <BenchmarkResult key={run.id} run={run} />
        ))}
      </div>
    </details>
  );
}

function StartRuns({
  machine,
  known,
  isBusy,
  isFirst,
}: {
  readonly machine: MachineRead;
  /** What was measured before; only the server knows what else can be. */
  readonly known: readonly BenchmarkKind[];
  readonly isBusy: boolean;
  readonly isFirst: boolean;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlySet<BenchmarkKind>>(() => new Set());
  const start = useMutation(
    trpc.benchmarks.start.mutationOptions({
      onSuccess: () => detached(queryClient.invalidateQueries({ queryKey: trpc.benchmarks.pathKey() })),
    }),
  );
  const gpuNote = whyGpuNotMeasured(machine.facts?.gpus ?? null);
  const toggle = (kind: BenchmarkKind): void => {
    const next = new Set(chosen);
    if (!next.delete(kind)) next.add(kind);
    setChosen(next);
  };
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate({ machineId: machine.id, kinds: chosen.size === 0 ? null : [...chosen] });
      }}
    >
      {known.length > 1 && (
        <fieldset className="flex flex-wrap items-center gap-x-5 gap-y-2">
          <legend className="float-left mr-5 text-[13px] text-muted-foreground">Only some of them:</legend>
          {known.map((kind) => (
            <label key={kind} className="flex items-center gap-2 text-sm">
              <input
                type="checkbox"
                className="size-4 accent-primary"
                checked={chosen.has(kind)}
                onChange={() => toggle(kind)}
              />
              {benchmarkKindWords[kind]}
            </label>
          ))}
        </fieldset>
      )}
      {gpuNote !== null && <p className="text-[13px] text-muted-foreground">{gpuNote}</p>}
      {start.isError && <ErrorNote error={start.error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          type="submit"
          variant={isFirst ? 'primary' : 'secondary'}
          busy={start.isPending}
          disabled={isBusy || machine.status !== 'verified'}
        >
          {chosen.size === 0 ? 'Measure everything' : `Measure ${String(chosen.size)} of ${String(known.length)}`}
        </Button>
        <p className="text-[13px] text-muted-foreground">
          {machine.status === 'verified'
            ? 'Not while somebody has booked it: a benchmark would take speed from the renter.'
            : 'Only a verified machine can be measured.'}
        </p>
      </div>
    </form>
  );
}
