import type { DocumentSummaryRead } from '@rsm/api/schemas/documents';
import type { DocumentKind } from '@rsm/domain/documents/document-kind';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { formatDate } from '../format/time.ts';
import { documentKindWords, periodText } from '../payments/documents/document-words.ts';
import { TitledCard } from '../ui/card.tsx';
import { cn } from '../ui/class-names.ts';
import { linkClasses } from '../ui/link-classes.ts';
import { LoadMore } from '../ui/load-more.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { EmptyState } from '../ui/states.tsx';
import { SaveDocumentButtons } from './save-document-buttons.tsx';

const PAGE_DOCUMENTS = 50;
/** What a provider is given; invoices are in the wallet. */
const KINDS: readonly DocumentKind[] = ['provider_statement', 'payout_statement'];

/** The statements of a provider, newest first. */
export function ProviderDocuments() {
  const trpc = useTRPC();
  const documents = useInfiniteQuery(
    trpc.documents.list.infiniteQueryOptions(
      { limit: PAGE_DOCUMENTS },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <TitledCard
      title="Statements"
      description="One for each month in which something happened, numbered without gaps. A statement is never changed: a correction is a line of the next one."
    >
      <QueryView query={documents}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items).filter(({ kind }) => KINDS.includes(kind));
          return (
            <>
              {items.length === 0 && !documents.hasNextPage && (
                <EmptyState title="No statement yet">
                  The first ones come when the first month in which you earned something is over.
                </EmptyState>
              )}
              {items.length > 0 && <DocumentTable documents={items} />}
              {documents.hasNextPage && (
                <LoadMore
                  label="Show older statements"
                  busy={documents.isFetchingNextPage}
                  onLoad={() => detached(documents.fetchNextPage())}
                />
              )}
            </>
          );
        }}
      </QueryView>
    </TitledCard>
  );
}

function DocumentTable({ documents }: { readonly documents: readonly DocumentSummaryRead[] }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left text-sm">
        <caption className="sr-only">Your statements</caption>
        <thead>
          <tr className="border-b text-[13px] text-muted-foreground">
            <th scope="col" className="py-2 pr-4 font-medium">
              Number
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              For
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              Issued
            </th>
            <th scope="col" className="py-2 pr-4 text-right font-medium">
              Total
            </th>
            <th scope="col" className="py-2">
              <span className="sr-only">Save</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {documents.map((document) => (
            <tr key={document.id} className="border-b last:border-b-0">
              <td className="py-2.5 pr-4 align-top">
                <Link
                  to="/wallet/documents/$documentId"
                  params={{ documentId: document.id }}
                  className={cn(linkClasses, 'whitespace-nowrap')}
                >
                  {document.number}
                </Link>
                <p className="text-[13px] text-muted-foreground">{documentKindWords[document.kind]}</p>
              </td>
              <td className="py-2.5 pr-4 align-top whitespace-nowrap">
                {document.paymentId === null ? (
                  periodText(document.period)
                ) : (
                  <Link
                    to="/earnings/payouts/$payoutId"
                    params={{ payoutId: document.paymentId }}
                    className={linkClasses}
                  >
                    Its payout
                  </Link>
                )}
              </td>
              <td className="py-2.5 pr-4 align-top whitespace-nowrap">{formatDate(document.issuedAt)}</td>
              <td className="py-2.5 pr-4 text-right align-top whitespace-nowrap tabular-nums">
                {formatMoney(document.totalMicros, document.currency)}
              </td>
              <td className="py-2 text-right align-top">
                <SaveDocumentButtons document={document} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
