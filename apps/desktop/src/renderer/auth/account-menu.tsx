import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { CircleUser, LogIn, LogOut, Settings } from 'lucide-react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { Button, buttonClasses } from '../ui/button.tsx';
import { cn } from '../ui/class-names.ts';
import { Menu } from '../ui/menu.tsx';
import { useSession } from './session-context.ts';

/** Who is signed in, and the way out; or the way in. */
export function AccountMenu() {
  const { session, state } = useSession();
  const navigate = useNavigate();
  const trpc = useTRPC();
  const me = useQuery(trpc.users.me.queryOptions(undefined, { enabled: state.kind === 'signed_in' }));
  // While the server can't be asked, nobody is told that he is signed out.
  if (state.kind === 'unknown') {
    return (
      <Button
        variant="ghost"
        size="sm"
        disabled
        className="justify-center px-2 lg:justify-start"
        title="Who is signed in is known when the server answers."
      >
        <CircleUser aria-hidden />
        <span className="sr-only lg:not-sr-only">Your account</span>
      </Button>
    );
  }
  if (state.kind === 'signed_out') {
    return (
      <Link to="/sign-in" className={cn(buttonClasses({ variant: 'primary', size: 'sm' }), 'px-2')}>
        <LogIn aria-hidden />
        <span className="sr-only lg:not-sr-only">Sign in</span>
      </Link>
    );
  }
  const name = me.data?.displayName ?? 'Your account';
  return (
    <Menu
      className="bottom-12 left-2"
      trigger={{
        variant: 'ghost',
        size: 'sm',
        className: 'justify-center px-2 lg:justify-start',
        title: me.data?.email,
        children: (
          <>
            <CircleUser aria-hidden />
            <span className="sr-only min-w-0 truncate lg:not-sr-only">{name}</span>
          </>
        ),
      }}
      items={[
        { label: 'Settings', icon: <Settings aria-hidden />, onSelect: () => detached(navigate({ to: '/settings' })) },
        {
          label: 'Sign out',
          icon: <LogOut aria-hidden />,
          onSelect: () => detached(session.signOut()),
        },
      ]}
    />
  );
}
