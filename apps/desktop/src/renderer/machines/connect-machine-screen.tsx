import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useTRPC } from '../api/trpc.ts';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { isUnfinished } from './benchmark-runs.ts';
import { ConnectWizard } from './connect-wizard.tsx';
import { WAIT_POLL_MS } from './polling.ts';
import { ProviderGate } from './provider-gate.tsx';
import { listingOfMachine, useOwnListings } from './use-own-listings.ts';

const RUNS_MAX = 50;

/** The way of a machine onto the market. It can be left at any step: the server knows how far it came. */
export function ConnectMachineScreen() {
  const { machineId } = useSearch({ from: '/shell/signed-in/machines/connect' });
  return (
    <Page
      title="Connect a machine"
      description="Seven steps, about five minutes. You can leave at any time and go on from your list of machines."
    >
      <ProviderGate>
        {machineId === undefined ? (
          <ConnectWizard key="new" machine={null} runs={[]} listing={null} />
        ) : (
          <KnownMachine key={machineId} machineId={machineId} />
        )}
      </ProviderGate>
    </Page>
  );
}

function KnownMachine({ machineId }: { readonly machineId: string }) {
  const trpc = useTRPC();
  const machine = useQuery(
    trpc.machines.get.queryOptions(
      { id: machineId },
      {
        refetchInterval: ({ state }) =>
          state.data?.status === 'verified' || state.data?.status === 'retired' ? false : WAIT_POLL_MS,
      },
    ),
  );
  const runs = useQuery(
    trpc.benchmarks.listByMachine.queryOptions(
      { machineId, limit: RUNS_MAX },
      { refetchInterval: ({ state }) => (state.data?.items.some(isUnfinished) === true ? WAIT_POLL_MS : false) },
    ),
  );
  const listings = useOwnListings();
  return (
    <QueryView query={machine}>
      {(known) => (
        <QueryView query={runs}>
          {({ items }) => (
            <QueryView query={listings}>
              {(own) => <ConnectWizard machine={known} runs={items} listing={listingOfMachine(own, machineId)} />}
            </QueryView>
          )}
        </QueryView>
      )}
    </QueryView>
  );
}
