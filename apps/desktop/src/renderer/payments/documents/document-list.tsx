import type { DocumentSummaryRead } from '@rsm/api/schemas/documents';
import { scopeOfKind } from '@rsm/domain/documents/document-kind';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileText } from 'lucide-react';
import { useTRPC } from '../../api/trpc.ts';
import { detached } from '../../app/detached.ts';
import { formatMoney } from '../../format/money.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { linkClasses } from '../../ui/link-classes.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { documentDay, documentKindWords, periodText } from './document-words.ts';
import { useSaveDocument } from './use-save-document.ts';

const PAGE_DOCUMENTS = 25;

/** Invoices and credit notes, newest first. What a provider gets stands with his earnings. */
export function DocumentList() {
  const trpc = useTRPC();
  const documents = useInfiniteQuery(
    trpc.documents.list.infiniteQueryOptions(
      { limit: PAGE_DOCUMENTS },
      { getNextPageParam: (page) => page.nextCursor },
    ),
  );
  return (
    <QueryView query={documents}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items).filter(({ kind }) => scopeOfKind[kind] === 'renter');
        if (items.length === 0 && !documents.hasNextPage) {
          return (
            <EmptyState icon={<FileText />} title="No invoice yet">
              At the beginning of each month you get one over what bookings of the month before have cost you. Say below
              to whom it is addressed.
            </EmptyState>
          );
        }
        return (
          <>
            <Card className="overflow-x-auto">
              <table className="w-full text-sm">
                <caption className="sr-only">Invoices and credit notes, newest first</caption>
                <thead>
                  <tr className="border-b text-left text-[13px] text-muted-foreground">
                    <th className="px-4 py-2.5 font-medium">Number</th>
                    <th className="px-4 py-2.5 font-medium">Period</th>
                    <th className="px-4 py-2.5 font-medium">Issued</th>
                    <th className="px-4 py-2.5 text-right font-medium">Total</th>
                    <th className="px-4 py-2.5 font-medium">
                      <span className="sr-only">File</span>
                    </th>
                  </tr>
                </thead>
                <tbody className="divide-y">
                  {items.map((document) => (
                    <DocumentRow key={document.id} document={document} />
                  ))}
                </tbody>
              </table>
            </Card>
            {documents.hasNextPage && (
              <LoadMore
                label="Show older documents"
                busy={documents.isFetchingNextPage}
                onLoad={() => detached(documents.fetchNextPage())}
              />
            )}
          </>
        );
      }}
    </QueryView>
  );
}

function DocumentRow({ document }: { readonly document: DocumentSummaryRead }) {
  const save = useSaveDocument();
  const money = (amount: bigint): string => formatMoney(amount, document.currency);
  return (
    <tr className="align-top">
      <td className="px-4 py-2.5">
        <Link
          to="/wallet/documents/$documentId"
          params={{ documentId: document.id }}
          className={`${linkClasses} whitespace-nowrap tabular-nums`}
        >
          {document.number}
        </Link>
        <p className="text-[13px] text-muted-foreground">{documentKindWords[document.kind]}</p>
      </td>
      <td className="px-4 py-2.5">
        {periodText(document.period)}
        {document.part > 1 && <span className="text-muted-foreground">, part {document.part}</span>}
      </td>
      <td className="px-4 py-2.5 whitespace-nowrap text-muted-foreground">{documentDay(document.issuedAt)}</td>
      <td className="px-4 py-2.5 text-right whitespace-nowrap tabular-nums">
        <span className="font-medium">{money(document.totalMicros)}</span>
        {document.taxMicros !== 0n && (
          <p className="text-[13px] text-muted-foreground">includes {money(document.taxMicros)} tax</p>
        )}
      </td>
      <td className="px-4 py-2.5 text-right">
        <Button
          size="sm"
          busy={save.isPending}
          aria-label={`Save ${document.number} as PDF`}
          onClick={() => save.mutate({ id: document.id, form: 'pdf' })}
        >
          Save PDF
        </Button>
      </td>
    </tr>
  );
}
