import type { DisputeDetailRead } from '@rsm/api/schemas/disputes';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { DisputeTexts } from '../disputes/dispute-texts.tsx';
import { disputeNext, disputeWord } from '../disputes/dispute-words.ts';
import { EvidenceView } from '../disputes/evidence-view.tsx';
import { ZONE } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { TitledCard } from '../ui/card.tsx';
import { linkClasses } from '../ui/link-classes.ts';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { AdminGate } from './admin-gate.tsx';
import { DecideForm } from './decide-form.tsx';

/** One dispute before whoever decides it: both sides, our records, the decision. */
export function OperatorDisputeScreen() {
  const { disputeId } = useParams({ from: '/shell/signed-in/operator/disputes/$disputeId' });
  return (
    <Page
      title="Dispute"
      description={
        <>
          <Link to="/operator" className={linkClasses}>
            Operator
          </Link>{' '}
          · Times in {ZONE}
        </>
      }
    >
      <AdminGate>
        <Dispute disputeId={disputeId} />
      </AdminGate>
    </Page>
  );
}

function Dispute({ disputeId }: { readonly disputeId: string }) {
  const trpc = useTRPC();
  const detail = useQuery(trpc.disputes.get.queryOptions({ id: disputeId }));
  // Stays when the dispute is read anew, and says why this decision did not count.
  const [refusal, setRefusal] = useState<unknown>(null);
  return (
    <QueryView query={detail}>
      {(data) => (
        <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)]">
          <div className="flex min-w-0 flex-col gap-5">
            <Sides detail={data} />
            {refusal !== null && <ErrorNote error={refusal} />}
            <Decision detail={data} onRefused={setRefusal} />
          </div>
          <TitledCard title="What our records say">
            <EvidenceView detail={data} />
          </TitledCard>
        </div>
      )}
    </QueryView>
  );
}

function Sides({ detail: { dispute } }: { readonly detail: DisputeDetailRead }) {
  const word = disputeWord(dispute);
  return (
    <TitledCard
      title="What both sides say"
      description={`${dispute.listingTitle}: ${dispute.renterName} rented from ${dispute.providerName}.`}
      actions={
        <span role="status">
          <Badge tone={word.tone}>{word.label}</Badge>
        </span>
      }
    >
      <div className="flex flex-col gap-4">
        <DisputeTexts dispute={dispute} />
        {dispute.status === 'open' && <p className="text-sm text-muted-foreground">{disputeNext(dispute)}</p>}
        <p className="text-sm">
          <Link to="/bookings/$bookingId" params={{ bookingId: dispute.bookingId }} className={linkClasses}>
            Go to the booking
          </Link>
        </p>
      </div>
    </TitledCard>
  );
}

function Decision({
  detail,
  onRefused,
}: {
  readonly detail: DisputeDetailRead;
  readonly onRefused: (error: unknown) => void;
}) {
  if (detail.dispute.viewer !== 'admin') {
    return (
      <TitledCard title="Decision">
        <p className="text-sm">You are a side of this dispute: another administrator decides it.</p>
      </TitledCard>
    );
  }
  return detail.dispute.status === 'open' ? <DecideForm detail={detail} onRefused={onRefused} /> : null;
}
