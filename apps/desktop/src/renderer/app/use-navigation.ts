import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';
import { useSession } from '../auth/session-context.ts';
import { navigationFor, type NavigationGroup } from './navigation.ts';

/** The screens that this person may open. Only comfort: what an administrator alone may see, the server says. */
export function useNavigation(): readonly NavigationGroup[] {
  const trpc = useTRPC();
  const { state } = useSession();
  const isSignedIn = state.kind === 'signed_in';
  const me = useQuery(trpc.users.me.queryOptions(undefined, { enabled: isSignedIn }));
  return navigationFor({ isAdmin: isSignedIn && me.data?.roles.includes('admin') === true });
}
