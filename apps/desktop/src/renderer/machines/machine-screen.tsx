import type { MachineRead } from '@rsm/api/schemas/machines';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { buttonClasses } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { ErrorNote, Loading } from '../ui/states.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { BenchmarksPanel } from './benchmarks-panel.tsx';
import { CalendarTab } from './calendar-tab.tsx';
import { CertificatesTab } from './certificates-tab.tsx';
import { ChecksPanel } from './checks-panel.tsx';
import { CommandsTab } from './commands-tab.tsx';
import { ListingPanel } from './listing-panel.tsx';
import { MachineBadges } from './machine-badges.tsx';
import { hardwareLine } from './machine-facts-text.ts';
import { OverviewTab } from './overview-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';
import { listingOfMachine, useOwnListings } from './use-own-listings.ts';

/** Everything about one machine of a provider. */
export function MachineScreen() {
  const { machineId } = useParams({ from: '/shell/signed-in/machines/$machineId' });
  const trpc = useTRPC();
  const machine = useQuery(trpc.machines.get.queryOptions({ id: machineId }));
  if (machine.data === undefined) {
    return (
      <Page title="Machine">
        {machine.isError ? (
          <ErrorNote error={machine.error} onRetry={() => detached(machine.refetch())} />
        ) : (
          <Loading />
        )}
      </Page>
    );
  }
  return <MachinePage key={machineId} machine={machine.data} />;
}

function MachinePage({ machine }: { readonly machine: MachineRead }) {
  const { tab } = useSearch({ from: '/shell/signed-in/machines/$machineId' });
  const navigate = useNavigate();
  const items = [
    { value: 'overview', label: 'Overview', content: <OverviewTab machine={machine} /> },
    { value: 'checks', label: 'Checks', content: <ChecksTab machine={machine} /> },
    { value: 'benchmarks', label: 'Benchmarks', content: <BenchmarksTab machine={machine} /> },
    { value: 'calendar', label: 'Calendar', content: <CalendarTab machine={machine} /> },
    { value: 'listing', label: 'Listing', content: <ListingTab machine={machine} /> },
    { value: 'commands', label: 'Commands', content: <CommandsTab machineId={machine.id} /> },
    { value: 'certificates', label: 'Clean-up reports', content: <CertificatesTab machineId={machine.id} /> },
    { value: 'settings', label: 'Settings', content: <SettingsTab machine={machine} /> },
  ];
  const shown = items.some(({ value }) => value === tab) ? tab : undefined;
  return (
    <Page
      title={machine.name}
      description={hardwareLine(machine.facts) ?? `${machine.control.address}, port ${String(machine.control.port)}`}
      actions={
        <>
          <MachineBadges machine={machine} />
          {machine.status === 'connecting' && (
            <Link
              to="/machines/connect"
              search={{ machineId: machine.id }}
              className={buttonClasses({ variant: 'primary' })}
            >
              Go on connecting
            </Link>
          )}
        </>
      }
    >
      <Tabs
        label="About the machine"
        items={items}
        value={shown ?? 'overview'}
        onValueChange={(next) =>
          detached(
            navigate({
              to: '/machines/$machineId',
              params: { machineId: machine.id },
              search: { tab: next },
              replace: true,
            }),
          )
        }
      />
    </Page>
  );
}

function ChecksTab({ machine }: { readonly machine: MachineRead }) {
  return (
    <TitledCard title="Checks" description="What a machine needs so that bookings can be run and cleaned up safely.">
      <ChecksPanel machine={machine} />
    </TitledCard>
  );
}

function BenchmarksTab({ machine }: { readonly machine: MachineRead }) {
  return (
    <TitledCard title="Benchmarks" description="Measured on the machine. Renters see the newest result of each kind.">
      <BenchmarksPanel machine={machine} />
    </TitledCard>
  );
}

function ListingTab({ machine }: { readonly machine: MachineRead }) {
  const listings = useOwnListings();
  if (machine.status === 'retired') {
    return (
      <TitledCard title="Listing">
        <p className="text-sm">A retired machine can’t be offered. Its last listing is archived.</p>
      </TitledCard>
    );
  }
  return (
    <QueryView query={listings}>
      {(own) => <ListingPanel machine={machine} listing={listingOfMachine(own, machine.id)} />}
    </QueryView>
  );
}
