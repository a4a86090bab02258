import { DISPUTE_TEXT_LENGTH_MAX } from '@rsm/domain/disputes/dispute';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { useDraft } from '../ui/use-draft.ts';
import { Button } from '../ui/button.tsx';
import { Field, Textarea } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';
import { toast } from '../ui/toast.ts';

const draftSchema = z.strictObject({ text: z.string() });

/** The other side's one answer. */
export function RespondForm({ disputeId }: { readonly disputeId: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { value, set, reset } = useDraft(`dispute-answer.${disputeId}`, draftSchema, { text: '' });
  const errors = useFormErrors(['text']);
  const respond = useMutation(
    trpc.disputes.respond.mutationOptions({
      onMutate: errors.clear,
      onError: errors.set,
      onSuccess: () => {
        reset({ text: '' });
        toast.success('Your answer is there for both to read.');
      },
      onSettled: () => detached(queryClient.invalidateQueries({ queryKey: trpc.disputes.pathKey() })),
    }),
  );
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!respond.isPending) respond.mutate({ id: disputeId, text: value.text });
      }}
    >
      <Field label="Your answer" hint="You can answer once; it can’t be changed afterwards." error={errors.of('text')}>
        {(control) => (
          <Textarea
            {...control}
            rows={4}
            maxLength={DISPUTE_TEXT_LENGTH_MAX}
            value={value.text}
            onChange={(event) => set({ text: event.target.value })}
            required
          />
        )}
      </Field>
      {errors.rest !== null && <ErrorNote error={errors.rest} />}
      <Button type="submit" variant="primary" className="self-start" busy={respond.isPending}>
        Answer
      </Button>
    </form>
  );
}
