import { useState } from 'react';
import { formatMoney } from '../format/money.ts';
import { formatDate } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { perWeek, SPENDING_DAYS, totalMicros, type SpendingBar } from './wallet-spending.ts';

const HEIGHT = 120;
const SLOT = 20;
const GAP = 4;
/** A bar for little money stays visible. */
const BAR_MIN = 2;

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
  const [by, setBy] = useState<'day' | 'week'>('day');
  const bars = by === 'day' ? days : perWeek(days);
  const total = totalMicros(bars);
  const most = bars.reduce((max, bar) => (bar.amountMicros > max ? bar.amountMicros : max), 0n);
  const name = (bar: SpendingBar): string =>
    by === 'day' ? formatDate(bar.startMs) : `from ${formatDate(bar.startMs)}`;
  const first = bars[0];
  const last = bars.at(-1);
  return (
    <TitledCard
      title="Spending"
      description={`${formatMoney(total, currency)} charged in the last ${String(SPENDING_DAYS)} days`}
      actions={
        <div role="group" aria-label="Bars" className="flex gap-1">
          {(['day', 'week'] as const).map((unit) => (
            <Button
              key={unit}
              size="sm"
              variant={by === unit ? 'secondary' : 'ghost'}
              aria-pressed={by === unit}
              onClick={() => setBy(unit)}
            >
              Per {unit}
            </Button>
          ))}
        </div>
      }
    >
      {total === 0n ? (
        <p className="text-sm text-muted-foreground">
          Nothing was charged. A booking is charged when it ends: for the time in which access worked, and by its
          cancellation policy.
        </p>
      ) : (
        <>
          <p className="mb-1 text-xs text-muted-foreground tabular-nums">{formatMoney(most, currency)}</p>
          <svg
            viewBox={`0 0 ${String(bars.length * SLOT)} ${String(HEIGHT)}`}
            preserveAspectRatio="none"
            className="h-32 w-full"
            role="img"
            aria-label={`Spending per ${by}: ${formatMoney(total, currency)} in all, at most ${formatMoney(most, currency)} in one ${by}. The table below has every number.`}
          >
            <line
              x1="0"
              x2="100%"
              y1="0.5"
              y2="0.5"
              className="stroke-border"
              strokeDasharray="4 4"
              vectorEffect="non-scaling-stroke"
            />
            {bars.map((bar, index) => {
              const share = Number((bar.amountMicros * 1_000n) / most) / 1_000;
              const height = bar.amountMicros === 0n ? 0 : Math.max(BAR_MIN, share * HEIGHT);
              return (
                <g key={bar.startMs}>
                  <title>{`${name(bar)}: ${formatMoney(bar.amountMicros, currency)}`}</title>
                  <rect x={index * SLOT} y={0} width={SLOT} height={HEIGHT} fill="transparent" />
                  <rect
                    x={index * SLOT + GAP / 2}
                    y={HEIGHT - height}
                    width={SLOT - GAP}
                    height={height}
                    className="fill-chart-1"
                  />
                </g>
              );
            })}
            <line x1="0" x2="100%" y1={HEIGHT} y2={HEIGHT} className="stroke-input" vectorEffect="non-scaling-stroke" />
          </svg>
          <div className="mt-1 flex justify-between text-xs text-muted-foreground">
            <span>{first !== undefined && formatDate(first.startMs)}</span>
            <span>{last !== undefined && (by === 'day' ? 'today' : 'this week')}</span>
          </div>
          <details className="mt-3">
            <summary className="text-[13px] font-medium">Show as a table</summary>
            <table className="mt-2 w-full text-[13px]">
              <thead>
                <tr className="text-left text-muted-foreground">
                  <th className="py-1 font-medium">{by === 'day' ? 'Day' : 'Week'}</th>
                  <th className="py-1 text-right font-medium">Bookings</th>
                  <th className="py-1 text-right font-medium">Charged</th>
                </tr>
              </thead>
              <tbody>
                {bars
                  .filter((bar) => bar.bookings > 0)
                  .toReversed()
                  .map((bar) => (
                    <tr key={bar.startMs} className="border-t">
                      <td className="py-1">{name(bar)}</td>
                      <td className="py-1 text-right tabular-nums">{bar.bookings}</td>
                      <td className="py-1 text-right tabular-nums">{formatMoney(bar.amountMicros, currency)}</td>
                    </tr>
                  ))}
              </tbody>
            </table>
            <p className="mt-1 text-xs text-muted-foreground">The other {by}s cost nothing.</p>
          </details>
        </>
      )}
      {!isComplete && (
        <p className="mt-3 text-[13px] text-muted-foreground">
          You have more bookings than this chart looks at. The statement has them all.
        </p>
      )}
    </TitledCard>
  );
}
