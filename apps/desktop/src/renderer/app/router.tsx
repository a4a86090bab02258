import type { AppRouter } from '@rsm/api';
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import type { TRPCClient } from '@trpc/client';
import { z } from 'zod';
import type { Session } from '../auth/session.ts';
import { Shell } from './shell.tsx';
import { NotFound, ScreenError } from './route-states.tsx';

export interface RouterContext {
  readonly session: Session;
  readonly client: TRPCClient<AppRouter>;
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: ScreenError,
});

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

/** Below it lies what belongs to a person: whoever is not signed in goes to the door first and comes back. */
const signedIn = createRoute({
  getParentRoute: () => shell,
  id: 'signed-in',
  component: Outlet,
  beforeLoad: async ({ context, location }) => {
    if (context.session.state.kind === 'unknown') await context.session.restore().catch(() => undefined);
    if (context.session.state.kind === 'signed_out') {
      redirect({ to: '/sign-in', search: { next: location.href }, throw: true });
    }
  },
});

/** The door's screens. `next` is a path within the app to go to afterwards. */
const nextSearch = z.object({
  next: z
    .string()
    .regex(/^\/(?![/\\])/)
    .optional()
    .catch(undefined),
});

const market = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: z.object({
    q: z.string().optional().catch(undefined),
    gpuModel: z.string().optional().catch(undefined),
    gpuCountMin: z.number().optional().catch(undefined),
    vramGibMin: z.number().optional().catch(undefined),
    cudaVersionMin: z.string().optional().catch(undefined),
    cpuThreadsMin: z.number().optional().catch(undefined),
    memoryGibMin: z.number().optional().catch(undefined),
    diskGibMin: z.number().optional().catch(undefined),
    diskKind: z.enum(['nvme', 'ssd', 'hdd', 'virtual']).optional().catch(undefined),
    region: z.string().optional().catch(undefined),
    priceMax: z.string().optional().catch(undefined),
    pricePerGpuHourMax: z.string().optional().catch(undefined),
    pricePerScoreMax: z.string().optional().catch(undefined),
    cpuScoreMin: z.number().optional().catch(undefined),
    storageScoreMin: z.number().optional().catch(undefined),
    gpuScoreMin: z.number().optional().catch(undefined),
    networkScoreMin: z.number().optional().catch(undefined),
    accessMode: z.enum(['unix_user', 'container']).optional().catch(undefined),
    reliabilityMin: z.number().optional().catch(undefined),
    freeFrom: z.string().optional().catch(undefined),
    freeHours: z.number().optional().catch(undefined),
    sort: z.string().optional().catch(undefined),
    view: z.enum(['table', 'cards']).optional().catch(undefined),
  }),
  component: lazyRouteComponent(async () => import('../listings/market-screen.tsx'), 'MarketScreen'),
});

const compare = createRoute({
  getParentRoute: () => shell,
  path: '/compare',
  validateSearch: z.object({ ids: z.array(z.uuid()).max(4).catch([]) }),
  component: lazyRouteComponent(async () => import('../listings/compare-screen.tsx'), 'CompareScreen'),
});

const listing = createRoute({
  getParentRoute: () => shell,
  path: '/listings/$listingId',
  component: lazyRouteComponent(async () => import('../listings/listing-screen.tsx'), 'ListingScreen'),
});

const bookings = createRoute({
  getParentRoute: () => signedIn,
  path: '/bookings',
  component: lazyRouteComponent(async () => import('../bookings/bookings-screen.tsx'), 'BookingsScreen'),
});

const booking = createRoute({
  getParentRoute: () => signedIn,
  path: '/bookings/$bookingId',
  validateSearch: z.object({ tab: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(async () => import('../bookings/booking-screen.tsx'), 'BookingScreen'),
});

const wallet = createRoute({
  getParentRoute: () => signedIn,
  path: '/wallet',
  validateSearch: z.object({ tab: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(async () => import('../payments/wallet-screen.tsx'), 'WalletScreen'),
});

const walletDocument = createRoute({
  getParentRoute: () => signedIn,
  path: '/wallet/documents/$documentId',
  component: lazyRouteComponent(async () => import('../payments/documents/document-screen.tsx'), 'DocumentScreen'),
});

const sshKeys = createRoute({
  getParentRoute: () => signedIn,
  path: '/ssh-keys',
  component: lazyRouteComponent(async () => import('../ssh-keys/ssh-keys-screen.tsx'), 'SshKeysScreen'),
});

const machines = createRoute({
  getParentRoute: () => signedIn,
  path: '/machines',
  component: lazyRouteComponent(async () => import('../machines/machines-screen.tsx'), 'MachinesScreen'),
});

const connectMachine = createRoute({
  getParentRoute: () => signedIn,
  path: '/machines/connect',
  validateSearch: z.object({ machineId: z.uuid().optional().catch(undefined) }),
  component: lazyRouteComponent(async () => import('../machines/connect-machine-screen.tsx'), 'ConnectMachineScreen'),
});

const machine = createRoute({
  getParentRoute: () => signedIn,
  path: '/machines/$machineId',
  validateSearch: z.object({ tab: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(async () => import('../machines/machine-screen.tsx'), 'MachineScreen'),
});

const earnings = createRoute({
  getParentRoute: () => signedIn,
  path: '/earnings',
  validateSearch: z.object({ tab: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(async () => import('../payments/earnings-screen.tsx'), 'EarningsScreen'),
});

const payout = createRoute({
  getParentRoute: () => signedIn,
  path: '/earnings/payouts/$payoutId',
  component: lazyRouteComponent(async () => import('../payouts/payout-screen.tsx'), 'PayoutScreen'),
});

const operator = createRoute({
  getParentRoute: () => signedIn,
  path: '/operator',
  validateSearch: z.object({ tab: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(async () => import('../operator/operator-screen.tsx'), 'OperatorScreen'),
});

const operatorDispute = createRoute({
  getParentRoute: () => signedIn,
  path: '/operator/disputes/$disputeId',
  component: lazyRouteComponent(async () => import('../operator/dispute-screen.tsx'), 'OperatorDisputeScreen'),
});

const inbox = createRoute({
  getParentRoute: () => signedIn,
  path: '/inbox',
  component: lazyRouteComponent(async () => import('../events/inbox-screen.tsx'), 'InboxScreen'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(async () => import('../settings/settings-screen.tsx'), 'SettingsScreen'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: nextSearch,
  component: lazyRouteComponent(async () => import('../auth/sign-in-screen.tsx'), 'SignInScreen'),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  validateSearch: nextSearch,
  component: lazyRouteComponent(async () => import('../auth/sign-up-screen.tsx'), 'SignUpScreen'),
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(async () => import('../auth/forgot-password-screen.tsx'), 'ForgotPasswordScreen'),
});

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(async () => import('../auth/reset-password-screen.tsx'), 'ResetPasswordScreen'),
});

const confirmEmail = createRoute({
  getParentRoute: () => root,
  path: '/confirm-email',
  component: lazyRouteComponent(async () => import('../auth/confirm-email-screen.tsx'), 'ConfirmEmailScreen'),
});

const server = createRoute({
  getParentRoute: () => root,
  path: '/server',
  component: lazyRouteComponent(async () => import('../auth/server-screen.tsx'), 'ServerScreen'),
});

const routeTree = root.addChildren([
  shell.addChildren([
    market,
    compare,
    listing,
    settings,
    signedIn.addChildren([
      bookings,
      booking,
      wallet,
      walletDocument,
      sshKeys,
      machines,
      connectMachine,
      machine,
      earnings,
      payout,
      operator,
      operatorDispute,
      inbox,
    ]),
  ]),
  signIn,
  signUp,
  forgotPassword,
  resetPassword,
  confirmEmail,
  server,
]);

export function createAppRouter(context: RouterContext) {
  return createRouter({
    routeTree,
    context,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
