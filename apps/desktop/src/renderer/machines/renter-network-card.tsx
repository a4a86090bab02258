import type { MachineRead } from '@rsm/api/schemas/machines';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { detached } from '../app/detached.ts';
import { toClientError, type ClientError } from '../api/client-error.ts';
import { useTRPC } from '../api/trpc.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { CheckboxField, Field, Textarea } from '../ui/field.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { networkErrors, networksIn, openingsOf, type Opening } from './renter-network-draft.ts';
import { toast } from '../ui/toast.ts';
import { useEdits } from '../ui/use-edits.ts';

const textsOf = ({ renterNetwork }: MachineRead) => ({
  text: renterNetwork.allowedNetworks.join('\n'),
  mailAllowed: renterNetwork.mailAllowed,
});

/** What renters of a machine may reach beside the public internet, and in plain words what that opens. */
export function RenterNetworkCard({ machine }: { readonly machine: MachineRead }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const kept = machine.renterNetwork;
  const { value, set, reset } = useEdits(textsOf(machine));
  const { text, mailAllowed } = value;
  const [error, setError] = useState<ClientError | null>(null);
  const allowedNetworks = [...networksIn(text)];
  const isAsKept = mailAllowed === kept.mailAllowed && allowedNetworks.join('\n') === kept.allowedNetworks.join('\n');
  const save = useMutation(
    trpc.machines.setRenterNetwork.mutationOptions({
      onError: (thrown) => setError(toClientError(thrown)),
      onSuccess: (changed) => {
        reset(textsOf(changed));
        toast.success('Saved. It holds from the next start on.');
        detached(queryClient.invalidateQueries({ queryKey: trpc.machines.pathKey() }));
      },
    }),
  );
  const fieldError = error === null ? undefined : networkErrors(allowedNetworks, error.fieldErrors);
  return (
    <TitledCard
      title="Renters’ network"
      description="Renters reach the public internet. Your private networks, metadata services and port 25 are closed to them, unless you open something here."
    >
      <form
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          setError(null);
          save.mutate({ id: machine.id, network: { allowedNetworks, mailAllowed } });
        }}
      >
        <Field
          label="Private networks that renters may reach"
          hint="One network a line, such as 10.20.0.0/16 or fd12:3456::/48; a single machine is 10.20.0.7/32. Leave it empty to open none."
          error={fieldError}
          className="max-w-md"
        >
          {(control) => (
            <Textarea
              {...control}
              value={text}
              spellCheck={false}
              className="font-mono text-[13px]"
              onChange={(event) => {
                set({ text: event.target.value });
                // It names an entry by its place in the list that was sent.
                setError(null);
              }}
            />
          )}
        </Field>
        <CheckboxField
          label="Renters may deliver mail themselves (port 25)"
          hint="Sending through a mail provider, by port 465 or 587, works without this."
          checked={mailAllowed}
          onChange={(event) => set({ mailAllowed: event.target.checked })}
        />
        <Openings openings={openingsOf({ allowedNetworks, mailAllowed })} />
        {error !== null && fieldError === undefined && <ErrorNote error={error} />}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" busy={save.isPending} disabled={isAsKept}>
            Save
          </Button>
          <p className="min-w-0 text-[13px] text-muted-foreground">
            It holds for every booking that starts from now on, and for a running one from its next extension on.
          </p>
        </div>
      </form>
    </TitledCard>
  );
}

function Openings({ openings }: { readonly openings: readonly Opening[] }) {
  return (
    <div aria-live="polite" className="text-sm">
      <p className="mb-1.5 text-[13px] font-medium">What this lets renters reach</p>
      <ul className="flex flex-col gap-1.5">
        <li>The public internet.</li>
        {openings.map(({ isRisky, text }) => (
          <li key={text} className={isRisky ? 'flex gap-2 rounded-md bg-warning-soft px-3 py-2' : 'break-words'}>
            {isRisky && <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warning" aria-label="Risk:" />}
            <span className="min-w-0 break-words">{text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
