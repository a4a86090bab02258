import {
  CalendarClock,
  ChartNoAxesColumn,
  Inbox,
  KeyRound,
  Search,
  Server,
  Settings,
  Wallet,
  type LucideIcon,
} from 'lucide-react';

export interface NavigationItem {
  readonly to: '/' | '/bookings' | '/wallet' | '/ssh-keys' | '/machines' | '/earnings' | '/inbox' | '/settings';
  readonly label: string;
  readonly icon: LucideIcon;
}

/** The screens of the side bar, in the order in which people meet them. The command palette lists the same. */
export const NAVIGATION: readonly { readonly title: string; readonly items: readonly NavigationItem[] }[] = [
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
