import type { MachineRead } from '@rsm/api/schemas/machines';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';
import { TakeAwayBlock } from './connect-block-step.tsx';
import { RenterNetworkCard } from './renter-network-card.tsx';
import { toast } from '../ui/toast.ts';
import { useEdits } from '../ui/use-edits.ts';

/** Its name, what its renters may reach, the way to take our access away, and its end. */
export function SettingsTab({ machine }: { readonly machine: MachineRead }) {
  const isRetired = machine.status === 'retired';
  return (
    <div className="flex flex-col gap-5">
      {!isRetired && <Rename machine={machine} />}
      {!isRetired && <RenterNetworkCard machine={machine} />}
      <TitledCard
        title="Take our access away"
        description={
          isRetired
            ? 'The machine is retired: we connect to it no more. Paste this on it to remove our two keys.'
            : 'Paste this on the machine to remove our two keys. While it is on the market, retire it first: without access we can’t let renters in or clean up after them.'
        }
      >
        <div className="[&_pre]:max-h-72 [&_pre]:overflow-y-auto">
          <TakeAwayBlock machineId={machine.id} />
        </div>
      </TitledCard>
      {!isRetired && <Retire machine={machine} />}
    </div>
  );
}

function Rename({ machine }: { readonly machine: MachineRead }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { value, set, reset } = useEdits({ name: machine.name });
  const { name } = value;
  const errors = useFormErrors(['name']);
  const rename = useMutation(
    trpc.machines.rename.mutationOptions({
      onError: errors.set,
      onSuccess: (changed) => {
        reset({ name: changed.name });
        toast.success('Renamed.');
        detached(queryClient.invalidateQueries({ queryKey: trpc.machines.pathKey() }));
      },
    }),
  );
  return (
    <TitledCard title="Name">
      <form
        noValidate
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          errors.clear();
          rename.mutate({ id: machine.id, name });
        }}
      >
        <Field label="Name of the machine" error={errors.of('name')} className="max-w-md">
          {(control) => (
            <Input {...control} value={name} maxLength={80} onChange={(event) => set({ name: event.target.value })} />
          )}
        </Field>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
        <Button type="submit" className="self-start" busy={rename.isPending} disabled={name === machine.name}>
          Rename
        </Button>
      </form>
    </TitledCard>
  );
}

function Retire({ machine }: { readonly machine: MachineRead }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const retire = useMutation(
    trpc.machines.retire.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success(`${machine.name} is retired.`);
        detached(queryClient.invalidateQueries({ queryKey: trpc.machines.pathKey() }));
        detached(queryClient.invalidateQueries({ queryKey: trpc.listings.pathKey() }));
      },
    }),
  );
  return (
    <TitledCard
      title="Retire the machine"
      description="When you don’t want to rent it out any more. It can’t be undone."
    >
      <Button variant="danger" onClick={() => setOpen(true)}>
        Retire …
      </Button>
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title={`Retire ${machine.name}?`}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Keep it</Button>
            <Button variant="danger" busy={retire.isPending} onClick={() => retire.mutate({ id: machine.id })}>
              Retire it for good
            </Button>
          </>
        }
      >
        <ul className="flex list-disc flex-col gap-1.5 pl-5 text-sm">
          <li>Its listing is archived at once, and nobody can book it any more.</li>
          <li>
            It can’t come back. To rent the same server out again, connect it as a new machine and measure it anew.
          </li>
          <li>
            Its bookings, commands and clean-up reports are kept: evidence is never deleted. Your earnings stay yours.
          </li>
          <li>While it has a booking, or a clean-up that is not done, it can’t be retired. Pause the listing first.</li>
          <li>We stop connecting. Our two keys stay on it until you paste the block that takes them away.</li>
        </ul>
        {retire.isError && <ErrorNote error={retire.error} className="mt-4" />}
      </Dialog>
    </TitledCard>
  );
}
