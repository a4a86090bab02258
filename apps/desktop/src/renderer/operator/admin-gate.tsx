import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ShieldX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { buttonClasses } from '../ui/button.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';

/** Shows what is behind it to administrators; everybody else learns that there is nothing here for him. */
export function AdminGate({ children }: { readonly children: ReactNode }) {
  const trpc = useTRPC();
  const me = useQuery(trpc.users.me.queryOptions());
  return (
    <QueryView query={me}>
      {({ roles }) =>
        roles.includes('admin') ? (
          children
        ) : (
          <EmptyState
            icon={<ShieldX aria-hidden />}
            title="This is for the people who run this marketplace"
            action={
              <Link to="/bookings" className={buttonClasses()}>
                Go to your bookings
              </Link>
            }
          >
            Disputes about your own bookings are on the page of each booking.
          </EmptyState>
        )
      }
    </QueryView>
  );
}
