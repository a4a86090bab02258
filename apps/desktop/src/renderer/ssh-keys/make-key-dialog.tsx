import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DesktopBridge, KeyPlace, LocalKey } from '../../shared/bridge.ts';
import { valueOf } from '../api/client-error.ts';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';
import { LOCAL_KEYS_QUERY_KEY } from './use-local-keys.ts';
import { toast } from '../ui/toast.ts';

const PLACES: readonly { readonly value: KeyPlace; readonly label: string; readonly hint: string }[] = [
  {
    value: 'key_chain',
    label: 'The key chain of this computer',
    hint: 'Sealed by the system. Only this program logs in with it: its terminal, forwards and file copies.',
  },
  {
    value: 'ssh_folder',
    label: 'The folder ~/.ssh',
    hint: 'A file that only you can read. Your own ssh, rsync and sftp use it too.',
  },
];

/** Makes a pair on this computer and registers its public half. The private half is never sent anywhere. */
export function MakeKeyDialog({ bridge, onClose }: { readonly bridge: DesktopBridge; readonly onClose: () => void }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [name, setName] = useState('rsm');
  const [place, setPlace] = useState<KeyPlace>('key_chain');
  // A pair whose registration failed is not made a second time: trying again registers the same one.
  const [made, setMade] = useState<LocalKey | null>(null);
  const errors = useFormErrors(['name', 'place']);
  const make = useMutation({
    mutationFn: async () => {
      const key = made ?? valueOf(await bridge.keys.create({ name: name.trim(), place }));
      setMade(key);
      await client.users.addSshKey.mutate({ name: key.name, publicKey: key.publicKey });
      return key;
    },
    onMutate: errors.clear,
    onError: errors.set,
    onSuccess: (key) => {
      toast.success(`“${key.name}” is made and added to your account.`);
      onClose();
    },
    onSettled: () => {
      detached(queryClient.invalidateQueries({ queryKey: LOCAL_KEYS_QUERY_KEY }));
      detached(queryClient.invalidateQueries({ queryKey: trpc.users.listSshKeys.queryKey() }));
    },
  });
  const placeError = errors.of('place');
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Make a new key pair"
      description="An Ed25519 pair is made on this computer. Your account gets the public half; the private half stays here."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="make-ssh-key" variant="primary" busy={make.isPending}>
            {made === null ? 'Make the pair' : 'Add it to the account again'}
          </Button>
        </>
      }
    >
      <form
        id="make-ssh-key"
        onSubmit={(event) => {
          event.preventDefault();
          if (!make.isPending) make.mutate();
        }}
        className="flex flex-col gap-4"
        noValidate
      >
        <Field label="Name" hint="Letters, digits, spaces and . _ + - @ :" error={errors.of('name')}>
          {(control) => (
            <Input
              {...control}
              value={name}
              disabled={made !== null}
              onChange={(event) => setName(event.target.value)}
              required
            />
          )}
        </Field>
        <fieldset className="flex flex-col gap-2.5" disabled={made !== null}>
          <legend className="mb-1.5 text-[13px] font-medium">Where its private half lies</legend>
          {PLACES.map(({ value, label, hint }) => (
            <label key={value} className="flex items-start gap-2.5 rounded-md border px-3 py-2.5">
              <input
                type="radio"
                name="place"
                value={value}
                checked={place === value}
                onChange={() => setPlace(value)}
                className="mt-0.5 size-4 shrink-0 accent-primary"
              />
              <span className="min-w-0 text-sm">
                {label}
                <span className="block text-[13px] text-muted-foreground">{hint}</span>
              </span>
            </label>
          ))}
          {placeError !== undefined && (
            <p role="alert" className="text-[13px] font-medium text-danger">
              {placeError}
            </p>
          )}
        </fieldset>
        {made !== null && make.isError && (
          <p className="text-sm">
            The pair is made and lies on this computer, but your account does not know it yet. Try again: it is the same
            pair.
          </p>
        )}
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
      </form>
    </Dialog>
  );
}
