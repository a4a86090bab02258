import type { BookingRead } from '@rsm/api/schemas/bookings';
import { AUTO_EXTEND_LEAD_MS } from '@rsm/domain/bookings/booking';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { decimalOf, formatMoney } from '../format/money.ts';
import { formatDuration } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Input, Select } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';
import { toast } from '../ui/toast.ts';

const MINUTE_MS = 60_000;
const STEPS_MS = [10, 30, 60, 180, 360, 720, 1_440].map((minutes) => minutes * MINUTE_MS);

/** Step and limit of a booking that extends itself. */
export function AutoExtendDialog({
  booking,
  onClose,
}: {
  readonly booking: BookingRead;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const wish = booking.autoExtend;
  const [stepMs, setStepMs] = useState(wish?.stepMs ?? 60 * MINUTE_MS);
  // Twice the maximum of now is a limit that people understand, and theirs to change.
  const [maximum, setMaximum] = useState(() => decimalOf(wish?.maximumMicros ?? booking.holdMicros * 2n));
  const errors = useFormErrors(['stepMs', 'maximum']);
  const set = useMutation(
    trpc.bookings.setAutoExtend.mutationOptions({
      onSuccess: () => {
        toast.success('The booking extends itself up to your limit.');
        detached(queryClient.invalidateQueries({ queryKey: trpc.bookings.pathKey() }));
        onClose();
      },
      onError: errors.set,
    }),
  );
  const steps = STEPS_MS.includes(stepMs) ? STEPS_MS : [...STEPS_MS, stepMs];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Extend the booking by itself"
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            variant="primary"
            busy={set.isPending}
            onClick={() => {
              errors.clear();
              set.mutate({ id: booking.id, stepMs, maximum });
            }}
          >
            Extend by itself
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
          <li>
            {formatDuration(AUTO_EXTEND_LEAD_MS)} before the end the booking gets one step longer, if the machine is
            free then and your wallet has enough.
          </li>
          <li>A step costs the listing’s price of that moment, which is set aside as with any extension.</li>
          <li>When a step can’t be made it stops for good, and you are told why.</li>
        </ul>
        <Field label="Each step" error={errors.of('stepMs')}>
          {(control) => (
            <Select {...control} value={stepMs} onChange={(event) => setStepMs(Number(event.target.value))}>
              {steps.map((ms) => (
                <option key={ms} value={ms}>
                  {formatDuration(ms)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field
          label={`Limit for the whole booking, in ${booking.currency}`}
          hint={`The maximum now is ${formatMoney(booking.holdMicros, booking.currency)}.`}
          error={errors.of('maximum')}
        >
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              value={maximum}
              onChange={(event) => setMaximum(event.target.value)}
            />
          )}
        </Field>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
      </div>
    </Dialog>
  );
}
