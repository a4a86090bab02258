import type { DisputeRead } from '@rsm/api/schemas/disputes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api/trpc.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { DisputeTexts } from './dispute-texts.tsx';
import { disputeNext, disputeWord } from './dispute-words.ts';
import { EvidenceView } from './evidence-view.tsx';
import { RespondForm } from './respond-form.tsx';
import { WithdrawDialog } from './withdraw-dialog.tsx';

/** One dispute as a side of it sees it, with what that side can still do. */
export function DisputeCard({ dispute }: { readonly dispute: DisputeRead }) {
  const [isLooking, setLooking] = useState(false);
  const [isWithdrawing, setWithdrawing] = useState(false);
  const word = disputeWord(dispute);
  const isOpen = dispute.status === 'open';
  const canAnswer = isOpen && dispute.response === null && dispute.viewer !== dispute.openedBy;
  const canWithdraw = isOpen && dispute.viewer === dispute.openedBy;
  return (
    <TitledCard
      title="Dispute"
      actions={
        <span role="status">
          <Badge tone={word.tone}>{word.label}</Badge>
        </span>
      }
    >
      <div className="flex flex-col gap-4">
        {dispute.status !== 'decided' && <p className="text-sm">{disputeNext(dispute)}</p>}
        <DisputeTexts dispute={dispute} />
        {canAnswer && <RespondForm disputeId={dispute.id} />}
        <div className="flex flex-wrap gap-2">
          <Button size="sm" aria-expanded={isLooking} onClick={() => setLooking(!isLooking)}>
            {isLooking ? 'Hide our records' : 'What our records say'}
          </Button>
          {canWithdraw && (
            <Button size="sm" onClick={() => setWithdrawing(true)}>
              Withdraw
            </Button>
          )}
        </div>
        {isLooking && <Evidence disputeId={dispute.id} />}
      </div>
      {isWithdrawing && <WithdrawDialog disputeId={dispute.id} onClose={() => setWithdrawing(false)} />}
    </TitledCard>
  );
}

function Evidence({ disputeId }: { readonly disputeId: string }) {
  const trpc = useTRPC();
  const detail = useQuery(trpc.disputes.get.queryOptions({ id: disputeId }));
  return <QueryView query={detail}>{(data) => <EvidenceView detail={data} />}</QueryView>;
}
