import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { AddCard } from '../cards/add-card.tsx';
import { CardChoice } from '../cards/card-choice.tsx';

/** One of the cards that the processor keeps, or the way to the first. */
export function SavedCardField({
  chosen,
  error,
  onChange,
}: {
  readonly chosen: string | null;
  readonly error: string | undefined;
  readonly onChange: (cardId: string) => void;
}) {
  const trpc = useTRPC();
  const list = useQuery(trpc.payments.listCards.queryOptions());
  return (
    <QueryView query={list} loading={<Skeleton className="h-24" />}>
      {({ cards }) => (
        <div className="flex flex-col gap-3">
          {cards.length === 0 ? (
            <p className="text-sm">
              No card is saved yet. You enter it on the page of the payment company; we keep its last four digits and
              never see its number.
            </p>
          ) : (
            <CardChoice legend="Card" cards={cards} chosen={chosen} onChange={onChange} error={error} />
          )}
          <AddCard isFirst={cards.length === 0} onAdded={({ id }) => onChange(id)} />
        </div>
      )}
    </QueryView>
  );
}
