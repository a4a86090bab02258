import { useMutation, useQueryClient } from '@tanstack/react-query';
import { BadgeCheck, KeyRound, ScrollText, Server } from 'lucide-react';
import { z } from 'zod';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Card, TitledCard } from '../ui/card.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';
import { useDraft } from '../ui/use-draft.ts';

const POINTS = [
  {
    icon: KeyRound,
    title: 'What you give us',
    text: 'Two SSH keys of ours may log in to the machine, from our addresses only. You paste one block that says exactly this, and a second block takes it away again.',
  },
  {
    icon: ScrollText,
    title: 'What you can see',
    text: 'Every command that we ever run on your machine is listed on its page, with its exit status and time. Renters get an account of their own without root, and it is removed afterwards.',
  },
  {
    icon: BadgeCheck,
    title: 'When you are paid',
    text: 'The renter pays for the time used. Your share becomes yours when the clean-up after the booking is verified. The platform fee comes out of your share and is shown with every amount.',
  },
  {
    icon: Server,
    title: 'What is checked',
    text: 'Hardware is read from the machine and its speed is measured. Nothing of it is typed in by you, so renters can believe it.',
  },
] as const;

const draftSchema = z.object({ publicName: z.string() });

/** What providing means, said before anybody agrees to it. */
export function ProviderEntry() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const draft = useDraft('provider-profile', draftSchema, { publicName: '' });
  const errors = useFormErrors(['publicName']);
  const open = useMutation(
    trpc.users.openProviderProfile.mutationOptions({
      onError: errors.set,
      onSuccess: (user) => {
        draft.reset({ publicName: '' });
        queryClient.setQueryData(trpc.users.me.queryKey(), user);
        detached(queryClient.invalidateQueries({ queryKey: trpc.users.pathKey() }));
      },
    }),
  );
  return (
    <div className="grid gap-5 lg:grid-cols-[1fr_22rem] lg:items-start">
      <Card className="p-5">
        <h2 className="text-[15px] font-semibold">Rent your servers out</h2>
        <ul className="mt-4 flex flex-col gap-5">
          {POINTS.map(({ icon: Icon, title, text }) => (
            <li key={title} className="flex gap-3">
              <Icon className="mt-0.5 size-5 shrink-0 text-primary-text" aria-hidden />
              <div>
                <h3 className="font-medium">{title}</h3>
                <p className="text-sm text-muted-foreground">{text}</p>
              </div>
            </li>
          ))}
        </ul>
      </Card>
      <TitledCard title="Open a provider profile" description="You can go on renting with the same account.">
        <form
          noValidate
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            errors.clear();
            open.mutate({ publicName: draft.value.publicName });
          }}
        >
          <Field
            label="Public name"
            hint="Renters see it on your listings. A company or a nickname is fine."
            error={errors.of('publicName')}
          >
            {(control) => (
              <Input
                {...control}
                value={draft.value.publicName}
                onChange={(event) => draft.set({ publicName: event.target.value })}
                autoComplete="organization"
                maxLength={80}
              />
            )}
          </Field>
          {errors.rest !== null && <ErrorNote error={errors.rest} />}
          <Button type="submit" variant="primary" busy={open.isPending}>
            Open the profile
          </Button>
        </form>
      </TitledCard>
    </div>
  );
}
