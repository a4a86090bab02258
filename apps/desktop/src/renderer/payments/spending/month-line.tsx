import type { SpendingRead } from '@rsm/api/schemas/spending';
import { Link } from '@tanstack/react-router';
import { formatMoney } from '../../format/money.ts';
import { linkClasses } from '../../ui/link-classes.ts';
import { missingOfMonth } from './spending-share.ts';

/** Whether the month's limit is enough for a booking's maximum; nothing where there is no limit. */
export function MonthLine({ month, maximumMicros }: { readonly month: SpendingRead; readonly maximumMicros: bigint }) {
  if (month.limitMicros === null || month.leftMicros === null) return null;
  const money = (amount: bigint): string => formatMoney(amount, month.currency);
  const link = (
    <Link to="/wallet" className={linkClasses}>
      monthly limit
    </Link>
  );
  if (missingOfMonth(month, maximumMicros) === 0n) {
    return (
      <p className="text-[13px] text-muted-foreground">
        Of your {link} of {money(month.limitMicros)}, {money(month.leftMicros)} are left.
      </p>
    );
  }
  return (
    <div role="status" className="rounded-md bg-warning-soft px-4 py-3 text-[13px]">
      <p className="font-medium text-warning">Above your limit for the month.</p>
      <p className="mt-0.5">
        {money(month.leftMicros)} of {money(month.limitMicros)} are left. Choose a shorter time, or change your {link}.
      </p>
    </div>
  );
}
