import type { UserRead } from '@rsm/api/schemas/users';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Hourglass, ShieldX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { formatDate } from '../format/time.ts';
import { buttonClasses } from '../ui/button.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { ProviderEntry } from './provider-entry.tsx';

/** Shows what is behind it to providers; to everybody else how to become one. */
export function ProviderGate({ children }: { readonly children: ReactNode }) {
  const trpc = useTRPC();
  const me = useQuery(trpc.users.me.queryOptions());
  return <QueryView query={me}>{(user) => <Gate profile={user.providerProfile}>{children}</Gate>}</QueryView>;
}

function Gate({ profile, children }: { readonly profile: UserRead['providerProfile']; readonly children: ReactNode }) {
  switch (profile?.status) {
    case undefined:
      return <ProviderEntry />;
    case 'approved':
      return children;
    case 'pending':
      return (
        <EmptyState icon={<Hourglass aria-hidden />} title="Your provider profile waits for approval">
          <p>
            You opened it as “{profile.publicName}” on {formatDate(profile.openedAt)}. Somebody who runs this
            marketplace looks at it. You are told in your inbox, and this screen changes by itself. Until then you can
            rent as before.
          </p>
        </EmptyState>
      );
    case 'refused':
      return (
        <EmptyState
          icon={<ShieldX aria-hidden />}
          title="Your provider profile was refused"
          action={
            <Link to="/inbox" className={buttonClasses()}>
              Read the reason in your inbox
            </Link>
          }
        >
          <p>
            “{profile.publicName}” can’t offer machines here at the moment. The reason is in your inbox. Ask the people
            who run this marketplace if you think it is wrong: they can approve it later.
          </p>
        </EmptyState>
      );
  }
}
