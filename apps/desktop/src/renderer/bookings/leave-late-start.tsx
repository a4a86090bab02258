import type { BookingRead } from '@rsm/api/schemas/bookings';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { EndDialog } from './end-dialog.tsx';

/** The renter's way out of a late start, beside the reason for it. The dialog shows the exact consequence first. */
export function LeaveLateStart({ booking }: { readonly booking: BookingRead }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <p className="mt-2">
      <Button size="sm" onClick={() => setOpen(true)}>
        Leave free of charge …
      </Button>
      {isOpen && <EndDialog booking={booking} kind="cancel" onClose={() => setOpen(false)} />}
    </p>
  );
}
