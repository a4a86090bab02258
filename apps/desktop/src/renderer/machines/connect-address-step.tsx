import type { MachineRead } from '@rsm/api/schemas/machines';
import { Link } from '@tanstack/react-router';
import { accessModeWords } from '../format/words.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Facts } from '../ui/page.tsx';
import { ConnectForm } from './connect-form.tsx';

/** Step 1: where the machine is. Once it is known to us it can't be moved, only named anew. */
export function AddressStep({
  machine,
  onNext,
}: {
  readonly machine: MachineRead | null;
  readonly onNext?: () => void;
}) {
  if (machine === null) {
    return (
      <TitledCard
        title="Name and address"
        description="How we reach the machine over SSH. What it is made of is read from it later; you don’t type that."
      >
        <ConnectForm />
      </TitledCard>
    );
  }
  const endpointText = ({ address, port }: MachineRead['control']): string => `${address}, port ${String(port)}`;
  return (
    <TitledCard title="Name and address" description="This machine is known to us.">
      <Facts
        items={[
          ['Name', machine.name],
          ['We connect to', endpointText(machine.control)],
          ['Renters connect to', endpointText(machine.renter)],
          ['SSH user', machine.sshUser],
          ['Region', `${machine.declaredRegion} (declared by you)`],
          ['Access', accessModeWords[machine.accessMode]],
        ]}
      />
      <p className="mt-4 text-[13px] text-muted-foreground">
        An address can’t be changed later, because the keys were made for it. Was it wrong?{' '}
        <Link
          to="/machines/$machineId"
          params={{ machineId: machine.id }}
          search={{ tab: 'settings' }}
          className="text-primary-text underline underline-offset-4"
        >
          Retire this machine
        </Link>{' '}
        and connect it again.
      </p>
      {onNext !== undefined && (
        <div className="mt-5 flex justify-end">
          <Button variant="primary" onClick={onNext}>
            Next: paste the block
          </Button>
        </div>
      )}
    </TitledCard>
  );
}
