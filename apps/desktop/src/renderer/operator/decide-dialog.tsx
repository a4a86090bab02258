import type { DisputeRead } from '@rsm/api/schemas/disputes';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toClientError } from '../api/client-error.ts';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';
import { WishKeys } from '../api/wish-keys.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Facts } from '../ui/page.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { readAmount, type DecisionConsequence } from './decision-consequence.ts';
import type { DecisionDraft } from './decision-draft.ts';
import { toast } from '../ui/toast.ts';

/** Decisions keep their keys as long as the window is open: the same one sent again moves nothing twice. */
const wishes = new WishKeys();

/** What the decision moves, to the last millionth, before the button. */
export function DecideDialog({
  dispute,
  draft,
  consequence,
  onDecided,
  onRefused,
  onClose,
}: {
  readonly dispute: DisputeRead;
  readonly draft: DecisionDraft;
  readonly consequence: Extract<DecisionConsequence, { readonly kind: 'moves' }>;
  readonly onDecided: () => void;
  /** Somebody else was faster, or the dispute was withdrawn: what is shown is read anew. */
  readonly onRefused: (error: unknown) => void;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [wish] = useState(() => JSON.stringify([dispute.id, draft]));
  const decide = useMutation({
    mutationFn: async () =>
      client.disputes.decide.mutate({
        idempotencyKey: wishes.keyFor(wish),
        id: dispute.id,
        outcome: draft.outcome,
        amount: draft.outcome === 'partial' ? readAmount(draft.amount) : null,
        reason: draft.reason,
      }),
    onSuccess: () => {
      wishes.settle(wish);
      toast.success('The dispute is decided. Both sides are told.');
      onDecided();
      onClose();
    },
    onError: (error) => {
      if (toClientError(error).code !== 'wrong_state') return;
      onRefused(error);
      onClose();
    },
    onSettled: () => {
      detached(queryClient.invalidateQueries({ queryKey: trpc.disputes.pathKey() }));
      detached(queryClient.invalidateQueries({ queryKey: trpc.bookings.pathKey() }));
    },
  });
  const money = (amount: bigint): string => formatMoney(amount, dispute.currency);
  const { refundMicros, shareMicros, feeMicros, leftMicros } = consequence;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={refundMicros === 0n ? 'Decide without a refund?' : `Give ${money(refundMicros)} back?`}
      description="This can’t be undone."
      footer={
        <>
          <Button onClick={onClose}>Not yet</Button>
          <Button variant="danger" busy={decide.isPending} onClick={() => decide.mutate()}>
            {refundMicros === 0n ? 'Decide without a refund' : `Give ${money(refundMicros)} back`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Facts
          items={[
            ['To the wallet of', `${dispute.renterName}: ${money(refundMicros)}`],
            ['From the provider', `${dispute.providerName}: ${money(shareMicros)}`],
            ['From the platform’s fee', money(feeMicros)],
            ['Stays charged', money(leftMicros)],
          ]}
        />
        <ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
          {shareMicros > 0n && (
            <li>
              The provider’s part comes out of what he has of this booking, then of what he has else. What he was paid
              already, his next earnings repay.
            </li>
          )}
          <li>What was held back for the dispute goes its usual way.</li>
          <li>Both sides read: “{draft.reason.trim()}”</li>
        </ul>
        {decide.error !== null && <ErrorNote error={decide.error} />}
      </div>
    </Dialog>
  );
}
