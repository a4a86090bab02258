import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC, useTRPCClient } from '../api/trpc.ts';
import type { WishKeys } from '../api/wish-keys.ts';
import { detached } from '../app/detached.ts';
import { formatMoney } from '../format/money.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Facts } from '../ui/page.tsx';
import { ErrorNote } from '../ui/states.tsx';
import type { NextPayout } from './next-payout.ts';
import { toast } from '../ui/toast.ts';

const WISH = 'payout';

/** The exact amount before the button. All that is available goes out at once, so there is nothing to enter. */
export function PayOutDialog({
  next,
  currency,
  isByHand,
  wishes,
  onClose,
}: {
  readonly next: NextPayout;
  readonly currency: string;
  readonly isByHand: boolean;
  readonly wishes: WishKeys;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const request = useMutation({
    mutationFn: async () => client.payouts.request.mutate({ idempotencyKey: wishes.keyFor(WISH) }),
    onSuccess: (payout) => {
      wishes.settle(WISH);
      toast.success(`${formatMoney(payout.amountMicros, payout.currency)} are on their way.`);
      onClose();
    },
    onSettled: () => {
      detached(queryClient.invalidateQueries({ queryKey: trpc.payouts.pathKey() }));
      detached(queryClient.invalidateQueries({ queryKey: trpc.payments.pathKey() }));
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Pay out what is available?"
      description={
        isByHand
          ? 'The operator of this marketplace pays it by hand and confirms it.'
          : 'It goes to the bank account that the processor knows. Banks take a few days.'
      }
      footer={
        <>
          <Button onClick={onClose}>Not now</Button>
          {next.kind === 'ready' && (
            <Button variant="primary" busy={request.isPending} onClick={() => request.mutate()}>
              Pay out {formatMoney(next.amountMicros, currency)}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {next.kind === 'ready' ? (
          <Facts
            items={[
              ['Paid out', <strong key="amount">{formatMoney(next.amountMicros, currency)}</strong>],
              ...(next.repaidMicros > 0n
                ? [['Repays what you owe', formatMoney(next.repaidMicros, currency)] as const]
                : []),
              ...(next.remainderMicros > 0n
                ? [
                    [
                      'Stays for the next one',
                      `${formatMoney(next.remainderMicros, currency)}, less than a cent`,
                    ] as const,
                  ]
                : []),
            ]}
          />
        ) : (
          <p className="text-sm">There is less available now than a payout needs.</p>
        )}
        <p className="text-[13px] text-muted-foreground">
          Should it not arrive, its money comes back to you by itself, with the reason.
        </p>
        {request.error !== null && <ErrorNote error={request.error} />}
      </div>
    </Dialog>
  );
}
