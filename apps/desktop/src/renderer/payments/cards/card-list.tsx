import type { CardRead } from '@rsm/api/schemas/payments';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CreditCard } from 'lucide-react';
import { useState } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { detached } from '../../app/detached.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { TitledCard } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { AddCard } from './add-card.tsx';
import { cardName, expiryText, isExpired } from './card-words.ts';
import { RemoveCardDialog } from './remove-card-dialog.tsx';
import { toast } from '../../ui/toast.ts';

/** The cards that the processor keeps for the person. */
export function CardList({ cards }: { readonly cards: readonly CardRead[] }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [removing, setRemoving] = useState<CardRead | null>(null);
  const choose = useMutation(
    trpc.payments.setDefaultCard.mutationOptions({
      onSuccess: (card) => toast.success(`${cardName(card)} is offered first now.`),
      onSettled: () => detached(queryClient.invalidateQueries({ queryKey: trpc.payments.listCards.pathKey() })),
    }),
  );
  const nowMs = Date.now();
  return (
    <TitledCard
      title="Saved cards"
      description="Kept by the payment company. We know the brand, the last four digits and the expiry, never the number."
    >
      {cards.length === 0 ? (
        <p className="mb-4 text-sm text-muted-foreground">
          No card yet. Add one to top up with two clicks and to have the wallet filled by itself.
        </p>
      ) : (
        <ul className="mb-4 divide-y">
          {cards.map((card) => (
            <li key={card.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0">
              <CreditCard className="size-5 shrink-0 text-muted-foreground" aria-hidden />
              <div className="min-w-40 grow">
                <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
                  {cardName(card)}
                  {card.isDefault && <Badge tone="primary">offered first</Badge>}
                  {isExpired(card, nowMs) && <Badge tone="danger">expired</Badge>}
                </p>
                <p className="text-[13px] text-muted-foreground">
                  {isExpired(card, nowMs)
                    ? `It could be used until ${expiryText(card)}. Add the new one and remove this.`
                    : `Can be used until ${expiryText(card)}.`}
                </p>
              </div>
              <div className="flex gap-2">
                {!card.isDefault && (
                  <Button
                    size="sm"
                    busy={choose.isPending && choose.variables.id === card.id}
                    aria-label={`Offer ${cardName(card)} first`}
                    onClick={() => choose.mutate({ id: card.id })}
                  >
                    Offer first
                  </Button>
                )}
                <Button size="sm" aria-label={`Remove ${cardName(card)}`} onClick={() => setRemoving(card)}>
                  Remove
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {choose.error !== null && <ErrorNote error={choose.error} className="mb-4" />}
      <AddCard isFirst={cards.length === 0} onAdded={(card) => toast.success(`${cardName(card)} is saved.`)} />
      {removing !== null && <RemoveCardDialog card={removing} onClose={() => setRemoving(null)} />}
    </TitledCard>
  );
}
