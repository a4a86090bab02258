import type { BookingDetailRead } from '@rsm/api/schemas/bookings';
import {
  disputeReasons,
  DISPUTE_TEXT_LENGTH_MAX,
  type DisputeReason,
  type DisputeSide,
} from '@rsm/domain/disputes/dispute';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { formatDateTimeZone } from '../format/time.ts';
import { useDraft } from '../ui/use-draft.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Select, Textarea } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';
import { disputeConsequences, disputeReasonsOf, disputeReasonWords } from './dispute-words.ts';
import { toast } from '../ui/toast.ts';

const draftSchema = z.strictObject({ reason: z.enum(disputeReasons).nullable(), text: z.string() });
type Draft = z.infer<typeof draftSchema>;
const EMPTY: Draft = { reason: null, text: '' };

/** What went wrong, in the person's own words, and what happens once that is said. */
export function OpenDisputeDialog({
  detail,
  side,
  until,
  onClose,
}: {
  readonly detail: BookingDetailRead;
  readonly side: DisputeSide;
  readonly until: Date;
  readonly onClose: () => void;
}) {
  const { id: bookingId } = detail.booking;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { value, set, reset } = useDraft(`dispute.${bookingId}`, draftSchema, EMPTY);
  const errors = useFormErrors(['reason', 'text']);
  const open = useMutation(
    trpc.disputes.open.mutationOptions({
      onMutate: errors.clear,
      onError: errors.set,
      onSuccess: () => {
        reset(EMPTY);
        toast.success('The dispute is open. Both sides are told.');
        onClose();
      },
      onSettled: () => {
        detached(queryClient.invalidateQueries({ queryKey: trpc.disputes.pathKey() }));
        detached(queryClient.invalidateQueries({ queryKey: trpc.earnings.pathKey() }));
      },
    }),
  );
  const reasons = disputeReasonsOf[side];
  const chosen: DisputeReason = value.reason ?? reasons[0] ?? 'other';
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title="What went wrong?"
      description={`A dispute about this booking can be opened until ${formatDateTimeZone(until)}.`}
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            variant="primary"
            busy={open.isPending}
            onClick={() => open.mutate({ bookingId, reason: chosen, text: value.text })}
          >
            Open the dispute
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="It is about" error={errors.of('reason')}>
          {(control) => (
            <Select
              {...control}
              value={chosen}
              onChange={(event) => set({ reason: reasons.find((reason) => reason === event.target.value) ?? null })}
            >
              {reasons.map((reason) => (
                <option key={reason} value={reason}>
                  {disputeReasonWords[reason]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field
          label="What happened"
          hint={`When, what you saw, and what would be fair. ${side === 'renter' ? 'The provider' : 'The renter'} and the administrator read it.`}
          error={errors.of('text')}
        >
          {(control) => (
            <Textarea
              {...control}
              rows={5}
              maxLength={DISPUTE_TEXT_LENGTH_MAX}
              value={value.text}
              onChange={(event) => set({ text: event.target.value })}
              required
            />
          )}
        </Field>
        <div>
          <h3 className="mb-1.5 text-[13px] font-medium">What happens next</h3>
          <ul className="flex list-disc flex-col gap-1 pl-5 text-[13px] text-muted-foreground">
            {disputeConsequences[side].map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
      </div>
    </Dialog>
  );
}
