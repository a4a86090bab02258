import { useQuery } from '@tanstack/react-query';
import { CreditCard } from 'lucide-react';
import { useTRPC } from '../../api/trpc.ts';
import { useServerInfo } from '../../auth/use-server-info.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { AutoTopUpCard } from './auto-top-up-card.tsx';
import { CardList } from './card-list.tsx';

/** Saved cards and what they may be charged for by themselves; where none are kept, why not. */
export function CardsTab({ currency }: { readonly currency: string }) {
  const info = useServerInfo();
  return (
    <QueryView query={info}>
      {({ cardPayments, processorNotice }) => {
        if (cardPayments === 'saved') return <SavedCards currency={currency} />;
        return (
          <EmptyState icon={<CreditCard />} title="This marketplace keeps no cards">
            {cardPayments === 'typed'
              ? `You enter a card each time you top up. ${processorNotice ?? ''}`
              : 'It takes none. Its operator credits wallets: ask with the e-mail address of your account.'}
          </EmptyState>
        );
      }}
    </QueryView>
  );
}

function SavedCards({ currency }: { readonly currency: string }) {
  const trpc = useTRPC();
  const list = useQuery(trpc.payments.listCards.queryOptions());
  return (
    <QueryView query={list}>
      {({ cards }) => (
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <CardList cards={cards} />
          <AutoTopUpCard cards={cards} currency={currency} />
        </div>
      )}
    </QueryView>
  );
}
