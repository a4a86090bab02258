import type { MachineToolsRead } from '@rsm/api/schemas/machine-tools';
import type { MachineRead } from '@rsm/api/schemas/machines';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatDateTimeZone } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { WAIT_POLL_MS } from './polling.ts';
import { consentWords, namedTools } from './tools-words.ts';

/** What benchmarks need and the machine lacks: what would be installed is named, and nothing is without the provider’s word. */
export function ToolsCard({ machine }: { readonly machine: MachineRead }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const tools = useQuery(
    trpc.machineTools.get.queryOptions(
      { id: machine.id },
      { refetchInterval: ({ state }) => (isBeingInstalled(state.data) ? WAIT_POLL_MS : false) },
    ),
  );
  const consent = useMutation(
    trpc.machineTools.consent.mutationOptions({
      onSettled: () => detached(queryClient.invalidateQueries({ queryKey: trpc.machineTools.pathKey() })),
    }),
  );
  if (tools.data === undefined || tools.data.seenAt === null) return null;
  const { consents, missingTools, packageManager } = tools.data;
  const [latest] = consents;
  if (missingTools.length === 0 && latest === undefined) return null;
  const isRunning = isBeingInstalled(tools.data);
  const wanted = missingTools.map(({ tool }) => tool);
  return (
    <section aria-label="Tools of benchmarks" className="rounded-md border p-4 text-sm">
      <h3 className="font-medium">Tools of benchmarks</h3>
      {missingTools.length > 0 && (
        <p className="mt-1">
          Not on this machine: {namedTools(missingTools)}. Without them some speeds can’t be measured. Seen on{' '}
          {formatDateTimeZone(tools.data.seenAt)}.
        </p>
      )}
      {missingTools.length > 0 &&
        (packageManager === null ? (
          <p className="mt-1">The machine has none of apt, dnf and apk: install them yourself, then check again.</p>
        ) : (
          <div className="mt-3 flex flex-wrap items-center gap-3">
            <Button
              busy={consent.isPending || isRunning}
              onClick={() => consent.mutate({ id: machine.id, tools: wanted })}
            >
              Let {wanted.join(', ')} be installed
            </Button>
            <p className="min-w-0 grow basis-64 text-[13px] text-muted-foreground">
              We run {packageManager} on the machine, once, for these packages and what they depend on. Nothing is
              removed. Your consent is kept with its time; the command stands under “Commands”.
            </p>
          </div>
        ))}
      {latest !== undefined && (
        <p role="status" className="mt-2 text-[13px] text-muted-foreground">
          {consentWords(latest)}
        </p>
      )}
      {consent.isError && <ErrorNote error={consent.error} />}
    </section>
  );
}

function isBeingInstalled(tools: MachineToolsRead | undefined): boolean {
  return tools?.consents[0]?.finishedAt === null;
}
