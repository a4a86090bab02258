import type { DocumentSummaryRead } from '@rsm/api/schemas/documents';
import type { PayoutRead } from '@rsm/api/schemas/payouts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';
import { linkClasses } from '../ui/link-classes.ts';
import { SaveDocumentButtons } from './save-document-buttons.tsx';

const PAGE_DOCUMENTS = 100;
/** A person gets a few documents a month: far more than this lie never behind a payout. */
const PAGES_MAX = 20;

/** The number of a payout's statement with the button that saves it, once it is issued. */
export function PayoutDocument({ payout }: { readonly payout: PayoutRead }) {
  const document = useDocumentOf(payout);
  if (document.data === undefined) return document.isError ? 'It can’t be looked up at the moment.' : '…';
  if (document.data === null) return 'It is a line of its month’s statement.';
  return (
    <span className="flex flex-wrap items-center gap-3">
      <Link to="/wallet/documents/$documentId" params={{ documentId: document.data.id }} className={linkClasses}>
        {document.data.number}
      </Link>
      <SaveDocumentButtons document={document.data} />
    </span>
  );
}

/** Looks through the documents, newest first, back to the time of the payout: its statement is never older. */
function useDocumentOf({ id, createdAt }: PayoutRead) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  return useQuery({
    queryKey: [...trpc.documents.list.pathKey(), 'of-payout', id],
    queryFn: async ({ signal }): Promise<DocumentSummaryRead | null> => {
      let cursor: string | null = null;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const answer = await client.documents.list.query({ limit: PAGE_DOCUMENTS, cursor }, { signal });
        const found = answer.items.find(({ paymentId }) => paymentId === id);
        if (found !== undefined) return found;
        const last = answer.items.at(-1);
        cursor = answer.nextCursor;
        if (cursor === null || last === undefined || last.issuedAt < createdAt) return null;
      }
      return null;
    },
  });
}
