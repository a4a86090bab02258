import type { BookingDetailRead } from '@rsm/api/schemas/bookings';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { EndDialog } from './end-dialog.tsx';
import { ExtendDialog } from './extend-dialog.tsx';
import { ProviderCancelDialog } from './provider-cancel-dialog.tsx';

type OpenDialog = 'extend' | 'end' | 'cancel' | 'provider';

/** What this person may do about the booking in its state; each opens a dialog that shows the consequence first. */
export function BookingActions({ detail }: { readonly detail: BookingDetailRead }) {
  const { booking, viewer } = detail;
  const [open, setOpen] = useState<OpenDialog | null>(null);
  const close = (): void => setOpen(null);
  const waits = booking.status === 'scheduled' || booking.status === 'provisioning';
  const isFree = booking.endRequestedAt === null && booking.cancelRequestedAt === null;
  const canExtend = viewer === 'renter' && isFree && (waits || booking.status === 'active');
  const canEnd = viewer === 'renter' && isFree && booking.status === 'active';
  const canCancel = viewer === 'renter' && isFree && waits;
  const canGiveBack =
    viewer === 'provider' && isFree && (booking.status === 'scheduled' || booking.status === 'active');
  return (
    <>
      {canExtend && (
        <Button variant="primary" onClick={() => setOpen('extend')}>
          Extend
        </Button>
      )}
      {canEnd && <Button onClick={() => setOpen('end')}>End early</Button>}
      {canCancel && <Button onClick={() => setOpen('cancel')}>Cancel booking</Button>}
      {canGiveBack && (
        <Button onClick={() => setOpen('provider')}>
          {booking.status === 'active' ? 'End as provider' : 'Cancel as provider'}
        </Button>
      )}
      {open === 'extend' && <ExtendDialog booking={booking} onClose={close} />}
      {(open === 'end' || open === 'cancel') && <EndDialog booking={booking} kind={open} onClose={close} />}
      {open === 'provider' && <ProviderCancelDialog booking={booking} onClose={close} />}
    </>
  );
}
