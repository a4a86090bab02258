import type { PaymentRead } from '@rsm/api/schemas/payments';
import { useMutation, useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, ExternalLink, Landmark, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTRPC } from '../../api/trpc.ts';
import { formatMoney } from '../../format/money.ts';
import { openOutside } from '../../platform/open-outside.ts';
import { usePlatform } from '../../platform/platform-context.ts';
import { useReturn } from '../../platform/use-return.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { progressOf } from './progress.ts';

/** Events tell at once; this is for one that was missed. */
const LOOK_EVERY_MS = 5_000;

/** A payment from its first answer until its outcome is known. */
export function PaymentProgress({
  payment: first,
  askAgain,
  isAsking,
  onAnother,
  onClose,
}: {
  readonly payment: PaymentRead;
  readonly askAgain: () => void;
  readonly isAsking: boolean;
  readonly onAnother: () => void;
  readonly onClose: () => void;
}) {
  const trpc = useTRPC();
  const platform = usePlatform();
  const { data: payment } = useQuery(
    trpc.payments.get.queryOptions(
      { id: first.id },
      {
        initialData: first,
        refetchInterval: ({ state }) => (state.data?.status === 'pending' ? LOOK_EVERY_MS : false),
        meta: { passing: true },
      },
    ),
  );
  const progress = progressOf(payment);
  useReturn(progress === 'confirm', askAgain);
  const open = useMutation({ mutationFn: async (url: string) => openOutside(platform, url) });
  const amount = formatMoney(payment.amountMicros, payment.currency);
  const close = <Button onClick={onClose}>Close</Button>;
  switch (progress) {
    case 'confirm':
      return (
        <Step
          icon={<Landmark className="text-warning" />}
          title="Confirm it at your bank"
          buttons={
            <>
              {close}
              <Button busy={isAsking} onClick={askAgain}>
                I have confirmed it
              </Button>
              <Button
                variant="primary"
                busy={open.isPending}
                onClick={() => payment.actionUrl !== null && open.mutate(payment.actionUrl)}
              >
                <ExternalLink aria-hidden />
                Open the bank’s page
              </Button>
            </>
          }
        >
          <p>
            Your bank wants to see that it is you who pays {amount}. Its page opens in your browser; this window follows
            by itself how it goes.
          </p>
          <p className="mt-1 text-muted-foreground">
            Nothing is taken before you have confirmed. You can close this window: the wallet keeps the way to the bank
            for a day.
          </p>
          {open.error !== null && <ErrorNote error={open.error} className="mt-3" />}
        </Step>
      );
    case 'under_way':
      return (
        <Step
          icon={<LoaderCircle className="animate-spin text-info" />}
          title={`${amount} are on their way`}
          buttons={close}
        >
          The payment company has not said yet how it went. The wallet shows it as soon as it does; you need not pay
          again.
        </Step>
      );
    case 'paid':
      return (
        <Step
          icon={<CircleCheck className="text-success" />}
          title={`${amount} reached your wallet`}
          buttons={
            <Button variant="primary" onClick={onClose}>
              Done
            </Button>
          }
        >
          Your statement shows it, with what it repaid where something was owed.
        </Step>
      );
    case 'not_paid':
      return (
        <Step
          icon={<CircleAlert className="text-danger" />}
          title="It was not paid"
          buttons={
            <>
              {close}
              <Button variant="primary" onClick={onAnother}>
                Try again
              </Button>
            </>
          }
        >
          {payment.note ?? 'The payment was declined.'} Nothing was taken. Use another card, or ask your bank.
        </Step>
      );
  }
}

function Step({
  icon,
  title,
  buttons,
  children,
}: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly buttons: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className="flex flex-col gap-5">
      <div role="status" className="flex items-start gap-3">
        <span aria-hidden className="mt-0.5 shrink-0 [&_svg]:size-5">
          {icon}
        </span>
        <div className="min-w-0 text-sm">
          <p className="text-[15px] font-semibold">{title}</p>
          <div className="mt-1">{children}</div>
        </div>
      </div>
      <div className="flex flex-wrap justify-end gap-2">{buttons}</div>
    </div>
  );
}
