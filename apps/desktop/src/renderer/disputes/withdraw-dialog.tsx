import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../api/trpc.ts';
import { detached } from '../app/detached.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNote } from '../ui/states.tsx';
import { toast } from '../ui/toast.ts';

/** Whoever opened a dispute takes it back. */
export function WithdrawDialog({ disputeId, onClose }: { readonly disputeId: string; readonly onClose: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const withdraw = useMutation(
    trpc.disputes.withdraw.mutationOptions({
      onSuccess: () => {
        toast.success('The dispute is withdrawn.');
        onClose();
      },
      onSettled: () => {
        detached(queryClient.invalidateQueries({ queryKey: trpc.disputes.pathKey() }));
        detached(queryClient.invalidateQueries({ queryKey: trpc.earnings.pathKey() }));
        detached(queryClient.invalidateQueries({ queryKey: trpc.payments.pathKey() }));
      },
    }),
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Withdraw the dispute?"
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="danger" busy={withdraw.isPending} onClick={() => withdraw.mutate({ id: disputeId })}>
            Withdraw it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
          <li>Nobody decides about it any more, and no money moves.</li>
          <li>What was held back for it goes its usual way.</li>
          <li>It can’t be opened again; a new one only within the 14 days after the booking.</li>
        </ul>
        {withdraw.error !== null && <ErrorNote error={withdraw.error} />}
      </div>
    </Dialog>
  );
}
