import type { DocumentRead } from '@rsm/api/schemas/documents';
import type { DocumentParty } from '@rsm/domain/documents/document-content';
import type { DocumentKind } from '@rsm/domain/documents/document-kind';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { detached } from '../../app/detached.ts';
import { useTRPC } from '../../api/trpc.ts';
import { formatMoney } from '../../format/money.ts';
import { Button } from '../../ui/button.tsx';
import { Card, TitledCard } from '../../ui/card.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { linkClasses } from '../../ui/link-classes.ts';
import { Facts, Page } from '../../ui/page.tsx';
import { ErrorNote, Loading } from '../../ui/states.tsx';
import { DocumentLines } from './document-lines.tsx';
import { documentDay, documentKindWords, periodText, taxName } from './document-words.ts';
import { useSaveDocument } from './use-save-document.ts';

/** An invoice, credit note or statement as it was issued. */
export function DocumentScreen() {
  const { documentId } = useParams({ from: '/shell/signed-in/wallet/documents/$documentId' });
  const trpc = useTRPC();
  const document = useQuery(trpc.documents.get.queryOptions({ id: documentId }));
  const { data, error } = document;
  if (data !== undefined) return <IssuedDocument document={data} />;
  return (
    <Page title="Document" description={<Back />}>
      {error === null ? (
        <Loading label="Loading the document" />
      ) : (
        <ErrorNote error={error} onRetry={() => detached(document.refetch())} />
      )}
    </Page>
  );
}

/** To the list that holds it: statements are among a provider's earnings. */
function Back({ kind }: { readonly kind?: DocumentKind }) {
  if (kind === 'provider_statement' || kind === 'payout_statement') {
    return (
      <Link to="/earnings" search={{ tab: 'documents' }} className={linkClasses}>
        All statements
      </Link>
    );
  }
  return (
    <Link to="/wallet" search={{ tab: 'documents' }} className={linkClasses}>
      All documents
    </Link>
  );
}

function IssuedDocument({ document }: { readonly document: DocumentRead }) {
  const save = useSaveDocument();
  const { content } = document;
  const money = (micros: string | bigint): string => formatMoney(BigInt(micros), content.currency);
  const busyWith = save.isPending ? save.variables.form : null;
  return (
    <Page
      title={`${documentKindWords[content.kind]} ${content.number}`}
      description={
        <>
          <Back kind={content.kind} /> · {periodText(document.period)}
          {content.part > 1 && `, part ${String(content.part)}`} · issued {documentDay(content.issuedAt)} · days in UTC
        </>
      }
      actions={
        <>
          <Button busy={busyWith === 'data'} onClick={() => save.mutate({ id: document.id, form: 'data' })}>
            Save the data (JSON)
          </Button>
          <Button
            variant="primary"
            busy={busyWith === 'pdf'}
            onClick={() => save.mutate({ id: document.id, form: 'pdf' })}
          >
            <Download aria-hidden />
            Save PDF
          </Button>
        </>
      }
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Party title="From" party={content.issuer} />
        <Party title="To" party={content.recipient} />
      </div>
      <Card className="overflow-x-auto">
        <DocumentLines content={content} />
      </Card>
      <TitledCard title="In sum">
        <Facts
          items={[
            ...(content.balance === null ? [] : [['Before', money(content.balance.openingMicros)] as const]),
            ['Total', <strong key="total">{money(content.totalMicros)}</strong>],
            ...(content.tax.basisPoints === 0
              ? [['Tax', 'None is included.'] as const]
              : [
                  [
                    `Includes ${taxName(content.tax)}`,
                    `${money(content.tax.includedMicros)} of ${money(content.tax.grossMicros)}; net ${money(content.tax.netMicros)}`,
                  ] as const,
                ]),
            ...(content.balance === null ? [] : [['After', money(content.balance.closingMicros)] as const]),
            ...(content.payout === null ? [] : [['Paid out', money(content.payout.amountMicros)] as const]),
          ]}
        />
        <div className="mt-4 border-t pt-4 text-[13px] text-muted-foreground">
          <p>An issued document is never changed. SHA-256 of its data, so that a saved copy can be checked:</p>
          <div className="mt-1 flex flex-wrap items-center gap-2">
            <code className="font-mono text-xs break-all">{document.sha256}</code>
            <CopyButton text={document.sha256} variant="ghost" aria-label="Copy the SHA-256" />
          </div>
        </div>
      </TitledCard>
    </Page>
  );
}

function Party({ title, party }: { readonly title: string; readonly party: DocumentParty }) {
  const lines = [
    ...party.address,
    ...(party.country === null ? [] : [party.country]),
    ...(party.taxId === null ? [] : [`Tax id ${party.taxId}`]),
    ...(party.email === null ? [] : [party.email]),
  ];
  return (
    <Card className="p-5 text-sm">
      <h2 className="text-[13px] text-muted-foreground">{title}</h2>
      <p className="mt-1 font-medium break-words">{party.name}</p>
      {lines.map((line, index) => (
        <p key={index} className="break-words">
          {line}
        </p>
      ))}
    </Card>
  );
}
