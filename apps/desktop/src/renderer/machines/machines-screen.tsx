import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus, Server } from 'lucide-react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { ZONE } from '../format/time.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { attentionOf, compareByAttention } from './machine-attention.ts';
import { MachineCard } from './machine-card.tsx';
import { ProviderGate } from './provider-gate.tsx';
import { UptimeLegend } from './uptime-bar.tsx';
import { listingOfMachine, useOwnListings } from './use-own-listings.ts';

const PAGE_ITEMS = 50;

/** A provider's machines, what needs attention first. */
export function MachinesScreen() {
  const trpc = useTRPC();
  const me = useQuery(trpc.users.me.queryOptions());
  const isProvider = me.data?.providerProfile?.status === 'approved';
  return (
    <Page
      title="Machines"
      description={`The servers that you rent out. Times are in ${ZONE}.`}
      actions={isProvider && <ConnectLink />}
    >
      <ProviderGate>
        <MachineList />
      </ProviderGate>
    </Page>
  );
}

function ConnectLink() {
  return (
    <Link to="/machines/connect" className={buttonClasses({ variant: 'primary' })}>
      <Plus aria-hidden />
      Connect a machine
    </Link>
  );
}

function MachineList() {
  const trpc = useTRPC();
  const machines = useInfiniteQuery(
    trpc.machines.list.infiniteQueryOptions(
      { limit: PAGE_ITEMS },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  const listings = useOwnListings();
  return (
    <QueryView query={machines}>
      {({ pages }) => {
        const rows = pages
          .flatMap((page) => page.items)
          .map((machine) => {
            const listing = listingOfMachine(listings.data ?? [], machine.id);
            // While listings are unknown, a missing one is no finding.
            const attention = listings.data === undefined ? null : attentionOf(machine, listing);
            return { machine, listing, attention };
          })
          .toSorted(compareByAttention);
        if (rows.length === 0) return <NoMachines />;
        return (
          <>
            <UptimeLegend />
            <ul className="flex flex-col gap-3">
              {rows.map((row) => (
                <li key={row.machine.id}>
                  <MachineCard {...row} />
                </li>
              ))}
            </ul>
            {machines.hasNextPage && (
              <Button
                className="self-center"
                busy={machines.isFetchingNextPage}
                onClick={() => detached(machines.fetchNextPage())}
              >
                Show more machines
              </Button>
            )}
          </>
        );
      }}
    </QueryView>
  );
}

function NoMachines() {
  return (
    <EmptyState
      icon={<Server aria-hidden />}
      title="No machine yet"
      action={
        <Link to="/machines/connect" className={buttonClasses({ variant: 'primary' })}>
          Connect your first machine
        </Link>
      }
    >
      <p>
        You need a Linux server (Debian or Ubuntu) that we can reach over SSH, and a shell on it to paste one block. It
        takes about five minutes, and you can stop at any step and go on later.
      </p>
    </EmptyState>
  );
}
