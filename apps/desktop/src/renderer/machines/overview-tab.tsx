import type { MachineRead } from '@rsm/api/schemas/machines';
import { formatDateTime, formatRelative, ZONE } from '../format/time.ts';
import { accessModeWords, reachabilityWords } from '../format/words.ts';
import { MachineReliability } from '../reliability/reliability-card.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Facts } from '../ui/page.tsx';
import { EmptyState } from '../ui/states.tsx';
import { HostKeyPanel } from './host-key-panel.tsx';
import { MachineFactsCard } from './machine-facts-card.tsx';
import { NextBooking } from './next-booking.tsx';
import { QuarantineCard } from './quarantine-card.tsx';
import { UptimeBar, UptimeLegend } from './uptime-bar.tsx';

/** How the machine is, what is wrong with it and the way out, and what it is made of. */
export function OverviewTab({ machine }: { readonly machine: MachineRead }) {
  const isConnected = machine.status === 'verified' || machine.status === 'quarantined';
  const endpointText = ({ address, port }: MachineRead['control']): string => `${address}, port ${String(port)}`;
  return (
    <div className="flex flex-col gap-5">
      {machine.status === 'quarantined' && <QuarantineCard machine={machine} />}
      {machine.status === 'verified' && machine.reachability === 'unreachable' && <Unreachable machine={machine} />}
      {isConnected && (
        <TitledCard
          title="The last 24 hours"
          description="We look about twice a minute. Minutes that are down or degraded are not charged."
        >
          <div className="flex flex-col gap-3">
            <UptimeBar machineId={machine.id} />
            <UptimeLegend />
          </div>
        </TitledCard>
      )}
      {isConnected && <MachineReliability machineId={machine.id} />}
      <div className="grid gap-5 lg:grid-cols-2 lg:items-start">
        {machine.facts === null ? (
          <EmptyState title="No facts yet">They are read when the host key is confirmed and the checks run.</EmptyState>
        ) : (
          <MachineFactsCard facts={machine.facts} readAt={machine.factsReadAt} region={machine.declaredRegion} />
        )}
        <div className="flex flex-col gap-5">
          <TitledCard title="Access" description={`Times in ${ZONE}.`}>
            <Facts
              items={[
                ['We connect to', endpointText(machine.control)],
                ['Renters connect to', endpointText(machine.renter)],
                ['As', machine.sshUser],
                ['Renters get', accessModeWords[machine.accessMode]],
                [
                  'Reachability',
                  machine.reachabilityChangedAt === null
                    ? reachabilityWords[machine.reachability].label
                    : `${reachabilityWords[machine.reachability].label} since ${formatRelative(machine.reachabilityChangedAt)}`,
                ],
                ['Verified', machine.verifiedAt === null ? 'not yet' : formatDateTime(machine.verifiedAt)],
                ['Connected', formatDateTime(machine.createdAt)],
                ...(isConnected ? [['Next booking', <NextBooking key="next" machineId={machine.id} />] as const] : []),
                ...(machine.lastError === null ? [] : [['Last error', machine.lastError] as const]),
              ]}
            />
          </TitledCard>
          {machine.status !== 'retired' && (
            <TitledCard title="Host key">
              <HostKeyPanel machine={machine} />
            </TitledCard>
          )}
        </div>
      </div>
    </div>
  );
}

function Unreachable({ machine }: { readonly machine: MachineRead }) {
  return (
    <TitledCard
      title="It does not answer"
      description={
        machine.reachabilityChangedAt === null ? undefined : `Since ${formatDateTime(machine.reachabilityChangedAt)}.`
      }
      className="border-danger"
    >
      <ul className="flex list-disc flex-col gap-1.5 pl-5 text-sm">
        <li>It is hidden from the market until it answers again. You need not do anything for that.</li>
        <li>Minutes in which it is down are not charged to a renter. After two hours a running booking ends.</li>
        <li>
          Check its power and network, and that SSH runs on port {machine.control.port}. We go on looking about twice a
          minute.
        </li>
      </ul>
    </TitledCard>
  );
}
