import { useState } from 'react';
import { formatMoney } from '../format/money.ts';
import { TitledCard } from '../ui/card.tsx';
import { BarUnitChoice, MoneyBars, type BarUnit } from './money-bars.tsx';
import { perWeek, SPENDING_DAYS, totalMicros, type SpendingBar } from './wallet-spending.ts';

const WORDS = { what: 'Spending', column: 'Charged', ofOthers: 'cost nothing' } as const;

/** What was charged in the last 30 days, as bars and as a table. */
export function WalletSpendingChart({
  days,
  isComplete,
  currency,
}: {
  readonly days: readonly SpendingBar[];
  readonly isComplete: boolean;
  readonly currency: string;
}) {
  const [unit, setUnit] = useState<BarUnit>('day');
  const bars = unit === 'day' ? days : perWeek(days);
  const total = totalMicros(bars);
  return (
    <TitledCard
      title="Spending"
      description={`${formatMoney(total, currency)} charged in the last ${String(SPENDING_DAYS)} days`}
      actions={<BarUnitChoice unit={unit} onChoose={setUnit} />}
    >
      {total === 0n ? (
        <p className="text-sm text-muted-foreground">
          Nothing was charged. A booking is charged when it ends: for the time in which access worked, and by its
          cancellation policy.
        </p>
      ) : (
        <MoneyBars bars={bars} unit={unit} currency={currency} words={WORDS} />
      )}
      {!isComplete && (
        <p className="mt-3 text-[13px] text-muted-foreground">
          You have more bookings than this chart looks at. The statement has them all.
        </p>
      )}
    </TitledCard>
  );
}
