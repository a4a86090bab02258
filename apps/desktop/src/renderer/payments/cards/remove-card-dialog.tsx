import type { CardRead } from '@rsm/api/schemas/payments';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../../api/trpc.ts';
import { detached } from '../../app/detached.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { cardName } from './card-words.ts';
import { toast } from '../../ui/toast.ts';

/** Forgets a card, with what depends on it said before. */
export function RemoveCardDialog({ card, onClose }: { readonly card: CardRead; readonly onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const wish = useQuery(trpc.payments.autoTopUp.queryOptions());
  const remove = useMutation(
    trpc.payments.removeCard.mutationOptions({
      onSuccess: () => {
        toast.success(`${cardName(card)} is removed.`);
        onClose();
      },
      onSettled: () => detached(queryClient.invalidateQueries({ queryKey: trpc.payments.pathKey() })),
    }),
  );
  const fills = wish.data?.autoTopUp?.cardId === card.id && wish.data.autoTopUp.stopped === null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${cardName(card)}?`}
      footer={
        <>
          <Button onClick={onClose}>Keep the card</Button>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate({ id: card.id })}>
            Remove the card
          </Button>
        </>
      }
    >
      <ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
        {fills && <li className="font-medium">Automatic top-up charges this card: it stops.</li>}
        <li>It is forgotten here and at the payment company. You can enter it again at any time.</li>
        <li>Payments that were made with it stay in your list, and refunds of them still go to it.</li>
      </ul>
      {remove.error !== null && <ErrorNote error={remove.error} className="mt-4" />}
    </Dialog>
  );
}
