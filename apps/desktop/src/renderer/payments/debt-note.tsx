import type { WalletRead } from '@rsm/api/schemas/payments';
import { CircleAlert } from 'lucide-react';
import { formatMoney } from '../format/money.ts';
import { Button } from '../ui/button.tsx';

/** What a chargeback left open, why, and how it is settled. */
export function DebtNote({
  wallet,
  onTopUp,
  onPayments,
}: {
  readonly wallet: WalletRead;
  readonly onTopUp: () => void;
  readonly onPayments: () => void;
}) {
  if (wallet.owedMicros <= 0n) return null;
  const owed = formatMoney(wallet.owedMicros, wallet.currency);
  return (
    <section aria-label="What you owe" className="flex items-start gap-3 rounded-lg bg-danger-soft px-4 py-3 text-sm">
      <CircleAlert className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
      <div className="min-w-0 grow">
        <p className="font-medium text-danger">You owe {owed}.</p>
        <p className="mt-0.5">
          A card payment into this wallet was taken back by the bank after its money had been spent. Until it is repaid
          you can’t book, extend or send money back; running bookings go on. A top-up repays it first, and what is more
          goes into your wallet.
        </p>
        <div className="mt-2 flex flex-wrap gap-2">
          <Button size="sm" variant="primary" onClick={onTopUp}>
            Top up
          </Button>
          <Button size="sm" onClick={onPayments}>
            See the payment
          </Button>
        </div>
      </div>
    </section>
  );
}
