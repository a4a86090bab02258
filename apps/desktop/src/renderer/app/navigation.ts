import {
  CalendarClock,
  ChartNoAxesColumn,
  Gavel,
  Inbox,
  KeyRound,
  Search,
  Server,
  Settings,
  Wallet,
  type LucideIcon,
} from 'lucide-react';

export interface NavigationItem {
  readonly to:
    | '/'
    | '/bookings'
    | '/wallet'
    | '/ssh-keys'
    | '/machines'
    | '/earnings'
    | '/operator'
    | '/inbox'
    | '/settings';
  readonly label: string;
  readonly icon: LucideIcon;
}

export interface NavigationGroup {
  readonly title: string;
  readonly items: readonly NavigationItem[];
}

const EVERYBODY: readonly NavigationGroup[] = [
  {
    title: 'Rent',
    items: [
      { to: '/', label: 'Market', icon: Search },
      { to: '/bookings', label: 'Bookings', icon: CalendarClock },
      { to: '/wallet', label: 'Wallet', icon: Wallet },
      { to: '/ssh-keys', label: 'SSH keys', icon: KeyRound },
    ],
  },
  {
    title: 'Provide',
    items: [
      { to: '/machines', label: 'Machines', icon: Server },
      { to: '/earnings', label: 'Earnings', icon: ChartNoAxesColumn },
    ],
  },
  {
    title: 'You',
    items: [
      { to: '/inbox', label: 'Inbox', icon: Inbox },
      { to: '/settings', label: 'Settings', icon: Settings },
    ],
  },
];

const ADMINS: NavigationGroup = {
  title: 'Operate',
  items: [{ to: '/operator', label: 'Operator', icon: Gavel }],
};

/** The screens of the side bar, in the order in which people meet them. The command palette lists the same. */
export function navigationFor({ isAdmin }: { readonly isAdmin: boolean }): readonly NavigationGroup[] {
  return isAdmin ? [...EVERYBODY.slice(0, -1), ADMINS, ...EVERYBODY.slice(-1)] : EVERYBODY;
}
