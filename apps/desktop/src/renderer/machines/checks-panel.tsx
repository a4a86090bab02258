import type { MachineChecksRead, MachineRead } from '@rsm/api/schemas/machines';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, LoaderCircle, X } from 'lucide-react';
import { useState } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatDateTimeZone } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { ChecksTable } from '../ui/checks-table.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState, ErrorNote } from '../ui/states.tsx';
import { WAIT_POLL_MS } from './polling.ts';
import { ToolsCard } from './tools-card.tsx';

/** Each check with what is, what must be, and what to do. */
export function ChecksPanel({
  machine,
  isFirst = false,
}: {
  readonly machine: MachineRead;
  /** Whether new checks are on their way, as after the host key was confirmed. */
  readonly isFirst?: boolean;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  /** The time of the answer that was shown when new checks were asked for: as long as it is shown, they run. */
  const [askedAfter, setAskedAfter] = useState<number | 'never' | null>(() =>
    isFirst ? (machine.factsReadAt?.getTime() ?? 'never') : null,
  );
  const checks = useQuery(
    trpc.machines.listChecks.queryOptions(
      { id: machine.id },
      { refetchInterval: ({ state }) => (askedAfter === answerOf(state.data) ? WAIT_POLL_MS : false) },
    ),
  );
  const recheck = useMutation(
    trpc.machines.recheck.mutationOptions({
      onSuccess: () => {
        setAskedAfter(answerOf(checks.data));
        detached(queryClient.invalidateQueries({ queryKey: trpc.machines.pathKey() }));
      },
    }),
  );
  const isRunning = askedAfter !== null && askedAfter === answerOf(checks.data) && machine.lastError === null;
  const failed = checks.data?.checks.filter((check) => !check.passed).length ?? 0;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p role="status" className="flex items-center gap-2.5 text-sm">
          {isRunning && <LoaderCircle className="size-4 animate-spin" aria-hidden />}
          {isRunning ? 'Logging in and looking …' : <Summary checks={checks.data} failed={failed} />}
        </p>
        <Button
          busy={recheck.isPending || isRunning}
          disabled={machine.hostKeyState !== 'pinned'}
          onClick={() => recheck.mutate({ id: machine.id })}
        >
          Check again
        </Button>
      </div>
      {machine.lastError !== null && (
        <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 text-sm">
          <strong className="font-medium text-danger">{machine.lastError}</strong> It is tried again by itself for a
          short while. Then check again here.
        </p>
      )}
      {recheck.isError && <ErrorNote error={recheck.error} />}
      <QueryView query={checks}>
        {({ checks: items }) =>
          items.length === 0 ? (
            !isRunning &&
            machine.lastError === null && (
              <EmptyState title="Not checked yet">The first checks run when the host key is confirmed.</EmptyState>
            )
          ) : (
            <CheckTable items={items} />
          )
        }
      </QueryView>
      {machine.hostKeyState === 'pinned' && <ToolsCard machine={machine} />}
    </div>
  );
}

function answerOf(data: MachineChecksRead | undefined): number | 'never' {
  return data?.checkedAt?.getTime() ?? 'never';
}

function Summary({ checks, failed }: { readonly checks: MachineChecksRead | undefined; readonly failed: number }) {
  if (checks === undefined || checks.checkedAt === null) return null;
  const when = formatDateTimeZone(checks.checkedAt);
  if (failed > 0) return <>{`${String(failed)} of ${String(checks.checks.length)} checks failed on ${when}.`}</>;
  return <>{`All ${String(checks.checks.length)} checks passed on ${when}.`}</>;
}

function CheckTable({ items }: { readonly items: MachineChecksRead['checks'] }) {
  // What failed is what somebody came here for.
  const sorted = items.toSorted((a, b) => Number(a.passed) - Number(b.passed));
  return (
    <ChecksTable
      rows={sorted.map((check) => ({
        key: check.id,
        title: <CheckTitle check={check} />,
        actual: check.actual,
        required: check.required,
        ...(check.remedy === null ? {} : { below: <Remedy title={check.title} remedy={check.remedy} /> }),
      }))}
    />
  );
}

function CheckTitle({ check }: { readonly check: MachineChecksRead['checks'][number] }) {
  return (
    <span className="flex gap-2">
      {check.passed ? (
        <Check className="mt-0.5 size-4 shrink-0 text-success" aria-label="Passed:" />
      ) : (
        <X className="mt-0.5 size-4 shrink-0 text-danger" aria-label="Failed:" />
      )}
      {check.title}
    </span>
  );
}

function Remedy({ title, remedy }: { readonly title: string; readonly remedy: string }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-2 rounded-md bg-warning-soft px-3 py-2">
      <p className="min-w-0 grow basis-72 text-[13px]">
        <strong className="font-medium">What to do: </strong>
        {remedy}
      </p>
      <CopyButton text={remedy} aria-label={`Copy what to do: ${title}`} />
    </div>
  );
}
