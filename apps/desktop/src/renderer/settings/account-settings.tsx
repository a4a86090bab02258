import type { UserRead } from '@rsm/api/schemas/users';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { useSession } from '../auth/session-context.ts';
import { formatDate } from '../format/time.ts';
import { usePlatform } from '../platform/platform-context.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Field, Input } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { linkClasses } from '../ui/link-classes.ts';
import { Facts } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { toast } from '../ui/toast.ts';
import { useEdits } from '../ui/use-edits.ts';

export function AccountSettings() {
  const trpc = useTRPC();
  const { state } = useSession();
  const me = useQuery(trpc.users.me.queryOptions(undefined, { enabled: state.kind === 'signed_in' }));
  return (
    <TitledCard title="Account">
      {state.kind === 'signed_in' ? (
        <QueryView query={me}>{(user) => <Account key={user.id} user={user} />}</QueryView>
      ) : (
        <div className="flex flex-wrap items-center gap-3 text-sm">
          <p>You are not signed in.</p>
          <Link to="/sign-in" search={{ next: '/settings' }} className={buttonClasses({ size: 'sm' })}>
            Sign in
          </Link>
        </div>
      )}
    </TitledCard>
  );
}

function Account({ user }: { readonly user: UserRead }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { value, set, reset } = useEdits({ displayName: user.displayName });
  const { displayName } = value;
  const errors = useFormErrors(['displayName']);
  const update = useMutation(
    trpc.users.updateMe.mutationOptions({
      onMutate: errors.clear,
      onError: errors.set,
      onSuccess: (changed) => {
        queryClient.setQueryData(trpc.users.me.queryKey(), changed);
        reset({ displayName: changed.displayName });
        toast.success('Your name is changed.');
      },
    }),
  );
  return (
    <div className="flex flex-col gap-5">
      <Facts
        items={[
          ['E-mail', user.email],
          ['Account since', formatDate(user.createdAt)],
          ['Provider profile', <Profile key="profile" user={user} />],
          ['Password', <PasswordLink key="password" />],
          ['Session', <SessionPlace key="session" />],
        ]}
      />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!update.isPending) update.mutate({ displayName });
        }}
        className="flex flex-col gap-3"
        noValidate
      >
        <Field
          label="Name"
          hint="The other side of a booking sees this name and nothing else."
          error={errors.of('displayName')}
          className="max-w-sm"
        >
          {(control) => (
            <Input
              {...control}
              autoComplete="name"
              value={displayName}
              onChange={(event) => set({ displayName: event.target.value })}
              required
            />
          )}
        </Field>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
        <Button
          type="submit"
          className="self-start"
          busy={update.isPending}
          disabled={displayName.trim() === user.displayName}
        >
          Change the name
        </Button>
      </form>
    </div>
  );
}

const profileWords = { pending: 'waits for approval', approved: 'approved', refused: 'refused' } as const;

function Profile({ user }: { readonly user: UserRead }) {
  if (user.providerProfile === null) {
    return (
      <>
        None.{' '}
        <Link to="/machines" className={linkClasses}>
          Offer a machine
        </Link>
      </>
    );
  }
  const { publicName, status } = user.providerProfile;
  return `${publicName}, ${profileWords[status]}`;
}

function PasswordLink() {
  return (
    <Link to="/forgot-password" className={linkClasses}>
      Change it by mail
    </Link>
  );
}

/** Without a key chain the session can't outlive the program, which a person should not find out by surprise. */
function SessionPlace() {
  const platform = usePlatform();
  const storage = useQuery({
    queryKey: ['session-storage'],
    queryFn: async () => (platform.kind === 'desktop' ? platform.bridge.session.storage() : 'cookie'),
    meta: { passing: true },
  });
  const { signOut, busy } = useSignOut();
  const words = {
    key_chain: 'Kept in this computer’s key chain, for 30 days.',
    memory: 'This computer has no key chain that can be used: the session ends with the program.',
    cookie: 'Kept in a cookie that no script can read, for 30 days.',
  } as const;
  return (
    <span className="flex flex-col items-start gap-2">
      {storage.data === undefined ? '–' : words[storage.data]}
      <Button size="sm" busy={busy} onClick={signOut}>
        Sign out on this computer
      </Button>
    </span>
  );
}

function useSignOut(): { readonly signOut: () => void; readonly busy: boolean } {
  const { session } = useSession();
  const [busy, setBusy] = useState(false);
  return {
    busy,
    signOut: () => {
      setBusy(true);
      // Whether or not the server could be told: here the person is signed out.
      detached(
        session
          .signOut()
          .catch(() => undefined)
          .finally(() => setBusy(false)),
      );
    },
  };
}
