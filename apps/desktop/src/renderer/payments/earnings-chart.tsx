import type { StatementLineRead } from '@rsm/api/schemas/payments';
import { useState } from 'react';
import { formatMoney } from '../format/money.ts';
import { TitledCard } from '../ui/card.tsx';
import { earningsBars } from './earnings-sums.ts';
import { BarUnitChoice, MoneyBars, type BarUnit } from './money-bars.tsx';

const COUNTS: Readonly<Record<BarUnit, number>> = { day: 30, week: 12 };
const WORDS = { what: 'Earnings', column: 'Earned', ofOthers: 'earned nothing' } as const;

/** Earnings per day or week as bars, and the same as a table. */
export function EarningsChart({
  lines,
  currency,
}: {
  readonly lines: readonly StatementLineRead[];
  readonly currency: string;
}) {
  const [unit, setUnit] = useState<BarUnit>('day');
  const bars = earningsBars(lines, unit, COUNTS[unit], new Date());
  const totalMicros = bars.reduce((sum, bar) => sum + bar.amountMicros, 0n);
  return (
    <TitledCard
      title={unit === 'day' ? 'Earned in the last 30 days' : 'Earned in the last 12 weeks'}
      description={`${formatMoney(totalMicros, currency)} in all, your share after the platform fee, counted on the day on which the access ended.`}
      actions={<BarUnitChoice unit={unit} onChoose={setUnit} />}
    >
      {totalMicros === 0n ? (
        <p className="text-sm text-muted-foreground">Nothing was earned in this time.</p>
      ) : (
        <MoneyBars bars={bars} unit={unit} currency={currency} words={WORDS} />
      )}
    </TitledCard>
  );
}
