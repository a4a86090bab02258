import { blockKinds, type BlockKind } from '@rsm/domain/occupancies/occupancy';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { detached } from '../app/detached.ts';
import { useTRPC } from '../api/trpc.ts';
import { formatDate, fromLocalInput, toLocalInput, ZONE } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { Field, Input, Select } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { ErrorNote } from '../ui/states.tsx';
import { addDays } from './calendar-cells.ts';
import { entryWords } from './calendar-words.ts';
import { toast } from '../ui/toast.ts';

const FIELDS = ['kind', 'range.start', 'range.end', 'note'] as const;
const NO_TIME = 'Choose a date and a time.';

/** Keeps time on a machine for its provider. It begins with the day that is chosen in the grid. */
export function BlockForm({ machineId, day }: { readonly machineId: string; readonly day: Date }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<BlockKind>('own_use');
  const [start, setStart] = useState(() => toLocalInput(day));
  const [end, setEnd] = useState(() => toLocalInput(addDays(day, 1)));
  const [note, setNote] = useState('');
  const [isTried, setTried] = useState(false);
  const errors = useFormErrors(FIELDS);
  const block = useMutation(
    trpc.machines.blockTime.mutationOptions({
      onError: errors.set,
      onSuccess: () => {
        setNote('');
        setTried(false);
        toast.success('The time is kept for you.');
        detached(queryClient.invalidateQueries({ queryKey: trpc.machines.calendar.pathKey() }));
        detached(queryClient.invalidateQueries({ queryKey: trpc.listings.pathKey() }));
      },
    }),
  );
  const startAt = fromLocalInput(start);
  const endAt = fromLocalInput(end);
  const submit = (): void => {
    errors.clear();
    setTried(true);
    if (startAt === null || endAt === null) return;
    block.mutate({
      id: machineId,
      kind,
      range: { start: startAt, end: endAt },
      note: note.trim() === '' ? null : note,
    });
  };
  return (
    <TitledCard
      title={`Keep time for yourself from ${formatDate(day)}`}
      description={`Nobody can book the machine in this time. Bookings that exist stay: a block that touches one is refused. Times in ${ZONE}.`}
    >
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
          <Field label="What for" error={errors.of('kind')}>
            {(control) => (
              <Select
                {...control}
                value={kind}
                onChange={(event) => setKind(blockKinds.find((each) => each === event.target.value) ?? 'own_use')}
              >
                {blockKinds.map((each) => (
                  <option key={each} value={each}>
                    {entryWords[each].label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="From" error={errors.of('range.start') ?? (isTried && startAt === null ? NO_TIME : undefined)}>
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                value={start}
                onChange={(event) => setStart(event.target.value)}
              />
            )}
          </Field>
          <Field label="To" error={errors.of('range.end') ?? (isTried && endAt === null ? NO_TIME : undefined)}>
            {(control) => (
              <Input {...control} type="datetime-local" value={end} onChange={(event) => setEnd(event.target.value)} />
            )}
          </Field>
          <Field label="Note for yourself" error={errors.of('note')}>
            {(control) => (
              <Input
                {...control}
                value={note}
                maxLength={200}
                placeholder="Optional"
                onChange={(event) => setNote(event.target.value)}
              />
            )}
          </Field>
        </div>
        {errors.rest !== null && <ErrorNote error={errors.rest} />}
        <Button type="submit" className="self-start" busy={block.isPending}>
          Block this time
        </Button>
      </form>
    </TitledCard>
  );
}
