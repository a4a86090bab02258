import type { WalletRead } from '@rsm/api/schemas/payments';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { formatMoney } from '../../format/money.ts';
import { TopUpDialog } from '../../payments/top-up-dialog.tsx';
import { Button } from '../../ui/button.tsx';
import { linkClasses } from '../../ui/link-classes.ts';
import { shortfallOf } from './booking-wish.ts';

/** Whether the wallet is enough for the maximum, and what is missing to the cent. */
export function WalletLine({ wallet, maximumMicros }: { readonly wallet: WalletRead; readonly maximumMicros: bigint }) {
  const [open, setOpen] = useState(false);
  const missing = shortfallOf(wallet.availableMicros, maximumMicros);
  const money = (amount: bigint): string => formatMoney(amount, wallet.currency);
  return (
    <div role="status">
      {missing === 0n ? (
        <p className="text-[13px] text-muted-foreground">
          Your{' '}
          <Link to="/wallet" className={linkClasses}>
            wallet
          </Link>{' '}
          has {money(wallet.availableMicros)} free; {money(wallet.availableMicros - maximumMicros)} stay free while the
          maximum is set aside.
        </p>
      ) : (
        <div className="rounded-md bg-warning-soft px-4 py-3 text-[13px]">
          <p className="font-medium text-warning">{money(missing)} are missing in your wallet.</p>
          <p className="mt-0.5">
            The maximum is {money(maximumMicros)} and {money(wallet.availableMicros)} are free
            {wallet.heldMicros > 0n && ` (${money(wallet.heldMicros)} are set aside for other bookings)`}. Top up, or
            choose a shorter time.
          </p>
          <div className="mt-2 flex flex-wrap items-center gap-3">
            <Button size="sm" variant="primary" onClick={() => setOpen(true)}>
              Top up
            </Button>
            <Link to="/wallet" className={linkClasses}>
              Open the wallet
            </Link>
          </div>
        </div>
      )}
      {open && <TopUpDialog currency={wallet.currency} onClose={() => setOpen(false)} />}
    </div>
  );
}
