import { useInfiniteQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatBytes, formatInteger } from '../format/size.ts';
import { formatClock, formatDate, ZONE } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { CheckboxField } from '../ui/field.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { groupCommands, purposeWords, type CommandGroup } from './command-groups.ts';

const PAGE_ITEMS = 100;

/** Every command that we ever ran on the machine, newest first. */
export function CommandsTab({ machineId }: { readonly machineId: string }) {
  const trpc = useTRPC();
  const [isGrouped, setGrouped] = useState(true);
  const commands = useInfiniteQuery(
    trpc.machines.listCommands.infiniteQueryOptions(
      { id: machineId, limit: PAGE_ITEMS },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <TitledCard
      title="Every command that we ran"
      description={`Templates, with placeholders where ids and keys were filled in, so that no secret can be in them. Times in ${ZONE}.`}
      actions={
        <CheckboxField
          label="Fold equal ones in a row"
          checked={isGrouped}
          onChange={(event) => setGrouped(event.target.checked)}
        />
      }
    >
      <QueryView query={commands}>
        {({ pages }) => {
          const all = pages.flatMap((page) => page.items);
          if (all.length === 0) {
            return <EmptyState title="None yet">Reading the host key comes first; it runs no command.</EmptyState>;
          }
          const groups = isGrouped
            ? groupCommands(all)
            : all.map((command) => ({ purpose: command.purpose, template: command.template, commands: [command] }));
          return (
            <div className="flex flex-col gap-4">
              <CommandTable groups={groups} />
              <p role="status" className="text-[13px] text-muted-foreground">
                {formatInteger(all.length)} commands shown
                {commands.hasNextPage ? ', there are older ones.' : ', all of them.'}
              </p>
              {commands.hasNextPage && (
                <Button
                  className="self-start"
                  busy={commands.isFetchingNextPage}
                  onClick={() => detached(commands.fetchNextPage())}
                >
                  Show older commands
                </Button>
              )}
            </div>
          );
        }}
      </QueryView>
    </TitledCard>
  );
}

function CommandTable({ groups }: { readonly groups: readonly CommandGroup[] }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-160 table-fixed text-left text-sm">
        <thead>
          <tr className="border-b text-[13px] text-muted-foreground">
            <th scope="col" className="w-52 py-2 pr-4 font-medium">
              When
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              What for
            </th>
            <th scope="col" className="w-28 py-2 pr-4 text-right font-medium">
              Exit status
            </th>
            <th scope="col" className="w-36 py-2 pr-4 text-right font-medium">
              Time
            </th>
            <th scope="col" className="w-24 py-2 text-right font-medium">
              Output
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <GroupRows key={keyOf(group)} group={group} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Groups grow at both ends; their oldest command stays. Two commands of one millisecond differ in what they ran. */
function keyOf(group: CommandGroup): string {
  return `${String(group.commands.at(-1)?.startedAt.getTime())} ${group.purpose} ${group.template}`;
}

function GroupRows({ group }: { readonly group: CommandGroup }) {
  const [newest] = group.commands;
  const oldest = group.commands.at(-1);
  if (newest === undefined || oldest === undefined) return null;
  const { exitStatus } = newest;
  const count = group.commands.length;
  const durationMs = group.commands.reduce((sum, command) => sum + command.durationMs, 0) / count;
  const outputBytes = group.commands.reduce((sum, command) => sum + command.outputBytes, 0);
  return (
    <Fragment>
      <tr>
        <td className="pt-2.5 pr-4 align-top whitespace-nowrap tabular-nums">
          <time dateTime={newest.startedAt.toISOString()}>
            {formatDate(newest.startedAt)}, {formatClock(newest.startedAt)}
          </time>
          {count > 1 && (
            <span className="block text-[13px] text-muted-foreground">back to {formatClock(oldest.startedAt)}</span>
          )}
        </td>
        <td className="pt-2.5 pr-4 align-top">
          {purposeWords(group.purpose)}
          {count > 1 && <span className="text-muted-foreground"> × {formatInteger(count)}</span>}
        </td>
        <td className="pt-2.5 pr-4 text-right align-top tabular-nums">
          {exitStatus === null ? (
            <span className="font-medium text-warning">none came</span>
          ) : (
            <span className={exitStatus === 0 ? undefined : 'font-medium text-warning'}>{exitStatus}</span>
          )}
        </td>
        <td className="pt-2.5 pr-4 text-right align-top whitespace-nowrap tabular-nums">
          {count > 1 && <span className="text-muted-foreground">about </span>}
          {formatInteger(durationMs)} ms
        </td>
        <td className="pt-2.5 text-right align-top whitespace-nowrap tabular-nums">{outputText(outputBytes)}</td>
      </tr>
      <tr className="border-b last:border-b-0">
        <td colSpan={5} className="pt-1 pb-2.5">
          <Template text={group.template} />
        </td>
      </tr>
    </Fragment>
  );
}

const outputText = (bytes: number): string => (bytes < 1_024 ? `${formatInteger(bytes)} B` : formatBytes(bytes));

/** Long scripts are cut to their first lines until somebody wants all. */
const LINES_SHOWN = 3;

function Template({ text }: { readonly text: string }) {
  const lines = text.trimEnd().split('\n');
  const className = 'overflow-x-auto rounded bg-muted px-2.5 py-1.5 font-mono text-[12px] leading-relaxed';
  if (lines.length <= LINES_SHOWN) {
    return (
      <pre tabIndex={0} aria-label="Command" className={className}>
        {lines.join('\n')}
      </pre>
    );
  }
  return (
    <details>
      <summary className="rounded font-mono text-[12px] text-muted-foreground">
        {lines[0]} … {formatInteger(lines.length)} lines
      </summary>
      <pre tabIndex={0} aria-label="Command" className={className}>
        {text.trimEnd()}
      </pre>
    </details>
  );
}
