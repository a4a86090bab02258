import type { EventListItem } from '@rsm/api/schemas/events';
import type { EventKind } from '@rsm/domain/events/event';

export const eventGroups = ['bookings', 'clean_ups', 'machines', 'money', 'account'] as const;
export type EventGroup = (typeof eventGroups)[number];

export const eventGroupWords: Readonly<Record<EventGroup, string>> = {
  bookings: 'Bookings',
  clean_ups: 'Clean-ups',
  machines: 'Machines and listings',
  money: 'Money',
  account: 'Account',
};

const groupOfKind: Readonly<Record<EventKind, EventGroup>> = {
  machine_connecting: 'machines',
  machine_host_key_scanned: 'machines',
  machine_checked: 'machines',
  machine_verified: 'machines',
  machine_unreachable: 'machines',
  machine_reachable: 'machines',
  machine_quarantined: 'machines',
  machine_released: 'machines',
  machine_retired: 'machines',
  benchmark_queued: 'machines',
  benchmark_progress: 'machines',
  benchmark_succeeded: 'machines',
  benchmark_failed: 'machines',
  benchmark_drifted: 'machines',
  listing_changed: 'machines',
  booking_scheduled: 'bookings',
  booking_delayed: 'bookings',
  booking_provisioning: 'bookings',
  booking_active: 'bookings',
  booking_handover_checked: 'bookings',
  booking_extended: 'bookings',
  booking_auto_extend_stopped: 'bookings',
  booking_ends_soon: 'bookings',
  booking_revoking: 'bookings',
  booking_charged: 'money',
  booking_wiping: 'clean_ups',
  booking_quarantined: 'clean_ups',
  booking_completed: 'bookings',
  booking_cancelled: 'bookings',
  booking_failed: 'bookings',
  wipe_verified: 'clean_ups',
  wipe_failed: 'clean_ups',
  wipe_unverifiable: 'clean_ups',
  wallet_changed: 'money',
  earnings_changed: 'money',
  card_changed: 'money',
  auto_top_up_stopped: 'money',
  refund_changed: 'money',
  chargeback_changed: 'money',
  payout_changed: 'money',
  spending_alarm: 'money',
  dispute_changed: 'money',
  document_issued: 'money',
  profile_changed: 'account',
};

/** A newer server may tell of kinds that this client does not know; they still have to be shown somewhere. */
export const groupOf = ({ kind }: Pick<EventListItem, 'kind'>): EventGroup =>
  Object.hasOwn(groupOfKind, kind) ? groupOfKind[kind] : 'account';

const URGENT: ReadonlySet<EventKind> = new Set<EventKind>([
  'machine_unreachable',
  'machine_quarantined',
  'booking_delayed',
  'booking_auto_extend_stopped',
  'booking_quarantined',
  'booking_failed',
  'auto_top_up_stopped',
  'chargeback_changed',
  'wipe_failed',
  'wipe_unverifiable',
  'benchmark_failed',
  'benchmark_drifted',
]);

/** Whether something went wrong that a person should look at. */
export const isUrgent = (event: Pick<EventListItem, 'kind'>): boolean => URGENT.has(event.kind);
