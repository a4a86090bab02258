import type { BookingRead } from '@rsm/api/schemas/bookings';
import { PlugZap } from 'lucide-react';
import { EmptyState } from '../ui/states.tsx';
import { momentsOf } from './booking-moments.ts';
import { whatNext } from './next-steps.ts';
import { useServerNow } from './use-server-now.ts';

/** Why there is no way in now, and what comes next. */
export function NoAccess({ booking }: { readonly booking: BookingRead }) {
  const nowMs = useServerNow();
  const waits = booking.status === 'scheduled' || booking.status === 'provisioning';
  return (
    <EmptyState icon={<PlugZap aria-hidden />} title={waits ? 'There is no access yet.' : 'Access has ended.'}>
      {whatNext(momentsOf(booking), nowMs, 'renter')}
    </EmptyState>
  );
}
