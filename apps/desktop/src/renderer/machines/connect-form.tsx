import { accessModes, type AccessMode } from '@rsm/domain/machines/machine';
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
import { useDraft } from '../ui/use-draft.ts';

const draftSchema = z.object({
  name: z.string(),
  address: z.string(),
  port: z.string(),
  sshUser: z.string(),
  region: z.string(),
  hasRenterAddress: z.boolean(),
  renterAddress: z.string(),
  renterPort: z.string(),
  accessMode: z.enum(accessModes).catch('unix_user'),
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
  accessMode: 'unix_user',
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
      accessMode: value.accessMode,
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
      <AccessModes
        mode={value.accessMode}
        error={errors.of('accessMode')}
        onChange={(accessMode) => set({ accessMode })}
      />
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

const modeHints: Readonly<Record<AccessMode, string>> = {
  unix_user:
    'Each booking gets a fresh account without root, with limits that keep the machine’s SSH alive. It is deleted at the end with everything that it owns.',
  container:
    'Each booking gets a fresh container in which the renter is root, and nobody on the machine itself. It is destroyed at the end. The machine needs podman and the image; a check says what is missing.',
};

/** How renters get in. What a machine lacks for a container its checks say; what the server lacks comes back as an error. */
function AccessModes({
  mode,
  error,
  onChange,
}: {
  readonly mode: AccessMode;
  readonly error: string | undefined;
  readonly onChange: (mode: AccessMode) => void;
}) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-[13px] font-medium">How renters work on it</legend>
      {accessModes.map((each) => (
        <label
          key={each}
          className={`flex items-start gap-2.5 rounded-md border px-3 py-2.5 ${each === mode ? 'border-primary bg-primary-soft' : ''}`}
        >
          <input
            type="radio"
            name="accessMode"
            className="mt-1 accent-primary"
            checked={each === mode}
            onChange={() => onChange(each)}
          />
          <span>
            <span className="block text-sm font-medium">{accessModeWords[each]}</span>
            <span className="block text-[13px]">{modeHints[each]}</span>
          </span>
        </label>
      ))}
      {error !== undefined && (
        <p role="alert" className="text-[13px] font-medium text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}
