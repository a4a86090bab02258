import type { BookingRead } from '@rsm/api/schemas/bookings';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatMoney } from '../format/money.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Textarea } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';
import { toast } from '../ui/toast.ts';

/** A provider gives a booking back; the renter reads the reason. */
export function ProviderCancelDialog({
  booking,
  onClose,
}: {
  readonly booking: BookingRead;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [reason, setReason] = useState('');
  const errors = useFormErrors(['reason']);
  const cancel = useMutation(
    trpc.bookings.cancelAsProvider.mutationOptions({
      onSuccess: () => {
        toast.success(booking.status === 'active' ? 'The booking is ending.' : 'The booking is cancelled.');
        detached(queryClient.invalidateQueries({ queryKey: trpc.bookings.pathKey() }));
        onClose();
      },
      onError: errors.set,
    }),
  );
  const hold = formatMoney(booking.holdMicros, booking.currency);
  const consequences =
    booking.status === 'active'
      ? [
          'The renter’s access ends at once, and the clean-up begins.',
          'The renter gets the last 24 hours of charges back. Neither the minimum of 10 minutes nor the policy applies.',
        ]
      : [`The renter gets the whole maximum back: ${hold}.`, 'You earn nothing from this booking.'];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={booking.status === 'active' ? 'End the renter’s booking?' : 'Cancel the renter’s booking?'}
      footer={
        <>
          <Button onClick={onClose}>Keep the booking</Button>
          <Button
            variant="danger"
            busy={cancel.isPending}
            onClick={() => {
              errors.clear();
              cancel.mutate({ id: booking.id, reason });
            }}
          >
            {booking.status === 'active' ? 'End the booking' : 'Cancel the booking'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
          {consequences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
          <li>It counts in your machine’s reliability for 180 days. This can’t be undone.</li>
        </ul>
        <Field label="Reason" hint="The renter reads it." error={errors.of('reason')}>
          {(control) => <Textarea {...control} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
      </div>
    </Dialog>
  );
}
