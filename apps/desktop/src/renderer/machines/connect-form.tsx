import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { z } from 'zod';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { accessModeWords } from '../format/words.ts';
import { Button } from '../ui/button.tsx';
import { CheckboxField, Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';
import { focusFirstError } from './focus-first-error.ts';
import { useDraft } from './use-draft.ts';

const draftSchema = z.object({
  name: z.string(),
  address: z.string(),
  port: z.string(),
  sshUser: z.string(),
  region: z.string(),
  hasRenterAddress: z.boolean(),
  renterAddress: z.string(),
  renterPort: z.string(),
});

const EMPTY: z.infer<typeof draftSchema> = {
  name: '',
  address: '',
  port: '22',
  sshUser: 'root',
  region: '',
  hasRenterAddress: false,
  renterAddress: '',
  renterPort: '22',
};

const FIELDS = [
  'name',
  'control.address',
  'control.port',
  'renter.address',
  'renter.port',
  'sshUser',
  'declaredRegion',
  'accessMode',
] as const;

/** The text of a number field; what is no whole number goes to the server as it is and comes back with a sentence. */
const portOf = (text: string): number => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);

/** Registers the machine. What was typed stays until that worked. */
export function ConnectForm() {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { value, set, reset } = useDraft('connect-machine', draftSchema, EMPTY);
  const errors = useFormErrors(FIELDS);
  const form = useRef<HTMLFormElement>(null);
  const connect = useMutation(
    trpc.machines.connect.mutationOptions({
      onError: (error) => {
        errors.set(error);
        focusFirstError(form);
      },
      onSuccess: async (machine) => {
        reset(EMPTY);
        queryClient.setQueryData(trpc.machines.get.queryKey({ id: machine.id }), machine);
        detached(queryClient.invalidateQueries({ queryKey: trpc.machines.list.pathKey() }));
        await navigate({ to: '/machines/connect', search: { machineId: machine.id }, replace: true });
      },
    }),
  );
  const submit = (): void => {
    errors.clear();
    connect.mutate({
      name: value.name,
      control: { address: value.address, port: portOf(value.port) },
      renter: value.hasRenterAddress ? { address: value.renterAddress, port: portOf(value.renterPort) } : null,
      sshUser: value.sshUser,
      declaredRegion: value.region,
      accessMode: 'unix_user',
    });
  };
  return (
    <form
      ref={form}
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field label="Name" hint="For you and your renters, such as “gpu-1”." error={errors.of('name')}>
        {(control) => (
          <Input
            {...control}
            value={value.name}
            onChange={(event) => set({ name: event.target.value })}
            maxLength={80}
          />
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_7rem]">
        <Field
          label="Address for us"
          hint="A host name or IP address. Several machines may share one address on different ports."
          error={errors.of('control.address')}
        >
          {(control) => (
            <Input
              {...control}
              value={value.address}
              onChange={(event) => set({ address: event.target.value })}
              placeholder="server.example.com"
              spellCheck={false}
              autoCapitalize="none"
            />
          )}
        </Field>
        <Field label="SSH port" error={errors.of('control.port')}>
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              value={value.port}
              onChange={(event) => set({ port: event.target.value })}
            />
          )}
        </Field>
      </div>
      <CheckboxField
        label="Renters reach it at another address"
        hint="When you let us in over a private network or another port."
        checked={value.hasRenterAddress}
        onChange={(event) => set({ hasRenterAddress: event.target.checked })}
      />
      {value.hasRenterAddress && (
        <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_7rem]">
          <Field label="Address for renters" error={errors.of('renter.address')}>
            {(control) => (
              <Input
                {...control}
                value={value.renterAddress}
                onChange={(event) => set({ renterAddress: event.target.value })}
                spellCheck={false}
                autoCapitalize="none"
              />
            )}
          </Field>
          <Field label="Port for renters" error={errors.of('renter.port')}>
            {(control) => (
              <Input
                {...control}
                inputMode="numeric"
                value={value.renterPort}
                onChange={(event) => set({ renterPort: event.target.value })}
              />
            )}
          </Field>
        </div>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="SSH user"
          hint="root, or a user who may run sudo without a password."
          error={errors.of('sshUser')}
        >
          {(control) => (
            <Input
              {...control}
              value={value.sshUser}
              onChange={(event) => set({ sshUser: event.target.value })}
              spellCheck={false}
              autoCapitalize="none"
            />
          )}
        </Field>
        <Field
          label="Region"
          hint="Where it stands, such as “Frankfurt”. We can’t read that, so renters see it as declared."
          error={errors.of('declaredRegion')}
        >
          {(control) => (
            <Input {...control} value={value.region} onChange={(event) => set({ region: event.target.value })} />
          )}
        </Field>
      </div>
      <AccessModes error={errors.of('accessMode')} />
      {errors.rest !== null && <ErrorNote error={errors.rest} />}
      <div className="flex flex-wrap items-center justify-end gap-3">
        <p className="text-[13px] text-muted-foreground">Nothing on the machine changes yet.</p>
        <Button type="submit" variant="primary" busy={connect.isPending}>
          Next: make the block
        </Button>
      </div>
    </form>
  );
}

/** How renters get in. There is one way today; the other is named, so that nobody looks for it. */
function AccessModes({ error }: { readonly error: string | undefined }) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-[13px] font-medium">How renters work on it</legend>
      <label className="flex items-start gap-2.5 rounded-md border border-primary bg-primary-soft px-3 py-2.5">
        <input type="radio" name="accessMode" checked readOnly className="mt-1 accent-primary" />
        <span>
          <span className="block text-sm font-medium">{accessModeWords.unix_user}</span>
          <span className="block text-[13px]">
            Each booking gets a fresh account without root, with limits that keep the machine’s SSH alive. It is deleted
            at the end with everything that it owns.
          </span>
        </span>
      </label>
      <label className="flex items-start gap-2.5 rounded-md border px-3 py-2.5 text-muted-foreground">
        <input type="radio" name="accessMode" disabled className="mt-1" />
        <span>
          <span className="block text-sm font-medium">{accessModeWords.container}</span>
          <span className="block text-[13px]">
            Each booking would get a container of its own in which the renter is root. This server does not offer it
            yet.
          </span>
        </span>
      </label>
      {error !== undefined && (
        <p role="alert" className="text-[13px] font-medium text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}
