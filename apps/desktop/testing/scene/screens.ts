/** Where every screen is, for whoever visits all of them. Ids are of things that the scene has made. */
export interface ScreenIds {
  readonly listing: string;
  readonly booking: string;
  readonly machine: string;
}

export interface ScreenPlace {
  readonly name: string;
  readonly path: string;
}

/** Before the door: nobody is signed in. */
export const DOOR_SCREENS: readonly ScreenPlace[] = [
  { name: 'sign-in', path: '/sign-in' },
  { name: 'sign-up', path: '/sign-up' },
  { name: 'forgot-password', path: '/forgot-password' },
  { name: 'reset-password', path: '/reset-password' },
  { name: 'confirm-email', path: '/confirm-email' },
  { name: 'server', path: '/server' },
];

/** Behind the door, and the same for whoever rents and provides; also when there is nothing to show yet. */
export const COMMON_SCREENS: readonly ScreenPlace[] = [
  { name: 'market', path: '/' },
  { name: 'compare-none', path: '/compare' },
  { name: 'bookings', path: '/bookings' },
  { name: 'wallet', path: '/wallet' },
  { name: 'wallet-statement', path: '/wallet?tab=statement' },
  { name: 'wallet-payments', path: '/wallet?tab=payments' },
  { name: 'wallet-cards', path: '/wallet?tab=cards' },
  { name: 'wallet-documents', path: '/wallet?tab=documents' },
  { name: 'ssh-keys', path: '/ssh-keys' },
  { name: 'machines', path: '/machines' },
  { name: 'connect-machine', path: '/machines/connect' },
  { name: 'earnings', path: '/earnings' },
  { name: 'operator-nobody', path: '/operator' },
  { name: 'inbox', path: '/inbox' },
  { name: 'settings', path: '/settings' },
];

/** What a renter sees of one listing and one booking. */
export function renterScreens({ listing, booking }: Pick<ScreenIds, 'listing' | 'booking'>): readonly ScreenPlace[] {
  return [
    { name: 'listing', path: `/listings/${listing}` },
    { name: 'compare', path: `/compare?ids=${encodeURIComponent(JSON.stringify([listing]))}` },
    { name: 'booking', path: `/bookings/${booking}` },
  ];
}

/** What a provider sees of one machine. */
export function providerScreens({ machine }: Pick<ScreenIds, 'machine'>): readonly ScreenPlace[] {
  return [{ name: 'machine', path: `/machines/${machine}` }];
}

/** What a provider sees of his money and of disputes; a screen that is longer than the window is visited by its tabs. */
export function providerMoneyScreens(ids: {
  readonly disputed: string;
  readonly payout: string;
}): readonly ScreenPlace[] {
  return [
    { name: 'provider-earnings-held', path: '/earnings' },
    { name: 'provider-earnings-lines', path: '/earnings?tab=lines' },
    { name: 'provider-earnings-payouts', path: '/earnings?tab=payouts' },
    { name: 'provider-earnings-documents', path: '/earnings?tab=documents' },
    { name: 'provider-payout', path: `/earnings/payouts/${ids.payout}` },
    { name: 'provider-dispute', path: `/bookings/${ids.disputed}` },
  ];
}

/** What a renter sees of disputes about his bookings. */
export function renterDisputeScreens(ids: {
  readonly quiet: string;
  readonly disputed: string;
  readonly decided: string;
}): readonly ScreenPlace[] {
  return [
    { name: 'booking-undisputed', path: `/bookings/${ids.quiet}` },
    { name: 'booking-dispute', path: `/bookings/${ids.disputed}` },
    { name: 'booking-decided', path: `/bookings/${ids.decided}` },
  ];
}

/** What a renter sees of bookings that do not go as they should. */
export function troubledScreens(ids: {
  readonly cleaning: string;
  readonly late: string;
  readonly failedHandover: string;
}): readonly ScreenPlace[] {
  return [
    { name: 'booking-cleaning', path: `/bookings/${ids.cleaning}?tab=clean-up` },
    { name: 'booking-late', path: `/bookings/${ids.late}` },
    { name: 'booking-failed-check', path: `/bookings/${ids.failedHandover}` },
  ];
}

/** What waits for whoever runs the marketplace. */
export function operatorScreens({ dispute }: { readonly dispute: string }): readonly ScreenPlace[] {
  return [
    { name: 'operator-disputes', path: '/operator' },
    { name: 'operator-payouts', path: '/operator?tab=payouts' },
    { name: 'operator-dispute', path: `/operator/disputes/${dispute}` },
  ];
}
