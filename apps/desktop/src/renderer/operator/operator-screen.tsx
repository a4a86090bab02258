import { useNavigate, useSearch } from '@tanstack/react-router';
import { detached } from '../app/detached.ts';
import { ZONE } from '../format/time.ts';
import { Page } from '../ui/page.tsx';
import { Tabs, type TabItem } from '../ui/tabs.tsx';
import { AdminGate } from './admin-gate.tsx';
import { OpenDisputes } from './open-disputes.tsx';
import { WaitingPayouts } from './waiting-payouts.tsx';

/** What waits for a person who runs this marketplace: a tab for each kind. */
const ROOMS: readonly TabItem[] = [
  { value: 'disputes', label: 'Disputes', content: <OpenDisputes /> },
  { value: 'payouts', label: 'Payouts', content: <WaitingPayouts /> },
];

export function OperatorScreen() {
  return (
    <Page
      title="Operator"
      description={`What waits for a decision of yours. Each look at other people’s matters is written to the audit log. Times in ${ZONE}.`}
    >
      <AdminGate>
        <Rooms />
      </AdminGate>
    </Page>
  );
}

function Rooms() {
  const { tab } = useSearch({ from: '/shell/signed-in/operator' });
  const navigate = useNavigate();
  return (
    <Tabs
      label="What waits"
      items={ROOMS}
      value={ROOMS.find(({ value }) => value === tab)?.value ?? 'disputes'}
      onValueChange={(next) =>
        detached(navigate({ to: '/operator', search: next === 'disputes' ? {} : { tab: next }, replace: true }))
      }
    />
  );
}
