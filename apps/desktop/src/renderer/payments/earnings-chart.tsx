import type { StatementLineRead } from '@rsm/api/schemas/payments';
import { useState } from 'react';
import { formatMoney, unitsOf } from '../format/money.ts';
import { formatDate } from '../format/time.ts';
import { Button } from '../ui/button.tsx';
import { TitledCard } from '../ui/card.tsx';
import { earningsBars, type EarningsBar, type EarningsStep } from './earnings-sums.ts';

const COUNTS: Readonly<Record<EarningsStep, number>> = { day: 30, week: 12 };
const HEIGHT = 120;
const shortDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** Earnings per day or week as bars, and the same as a table. */
export function EarningsChart({
  lines,
  currency,
}: {
  readonly lines: readonly StatementLineRead[];
  readonly currency: string;
}) {
  const [step, setStep] = useState<EarningsStep>('day');
  const bars = earningsBars(lines, step, COUNTS[step], new Date());
  const totalMicros = bars.reduce((sum, bar) => sum + bar.earnedMicros, 0n);
  return (
    <TitledCard
      title={step === 'day' ? 'Earned in the last 30 days' : 'Earned in the last 12 weeks'}
      description={`${formatMoney(totalMicros, currency)} in all, your share after the platform fee, counted on the day on which the access ended.`}
      actions={
        <div role="group" aria-label="Bars" className="flex gap-1">
          {(['day', 'week'] as const).map((each) => (
            <Button
              key={each}
              size="sm"
              variant={each === step ? 'primary' : 'secondary'}
              aria-pressed={each === step}
              onClick={() => setStep(each)}
            >
              {each === 'day' ? 'Days' : 'Weeks'}
            </Button>
          ))}
        </div>
      }
    >
      {totalMicros === 0n ? (
        <p className="text-sm text-muted-foreground">Nothing was earned in this time.</p>
      ) : (
        <Bars bars={bars} currency={currency} step={step} />
      )}
    </TitledCard>
  );
}

function Bars({
  bars,
  currency,
  step,
}: {
  readonly bars: readonly EarningsBar[];
  readonly currency: string;
  readonly step: EarningsStep;
}) {
  const highestMicros = bars.reduce((highest, bar) => (bar.earnedMicros > highest ? bar.earnedMicros : highest), 0n);
  const highest = unitsOf(highestMicros);
  const first = bars[0];
  const last = bars.at(-1);
  const width = 100 / bars.length;
  return (
    <figure>
      <p className="mb-1 text-xs text-muted-foreground" aria-hidden>
        {formatMoney(highestMicros, currency)}
      </p>
      <svg
        role="img"
        aria-label={`Earnings per ${step}, at most ${formatMoney(highestMicros, currency)}. The table below has every value.`}
        viewBox={`0 0 100 ${String(HEIGHT)}`}
        preserveAspectRatio="none"
        className="block h-32 w-full border-y"
      >
        {bars.map((bar, index) => {
          const height = (unitsOf(bar.earnedMicros) / highest) * (HEIGHT - 2);
          return (
            <rect
              key={bar.start.getTime()}
              x={index * width + width * 0.15}
              width={width * 0.7}
              y={HEIGHT - height}
              height={height}
              className="fill-chart-1"
            >
              <title>{`${formatDate(bar.start)}: ${formatMoney(bar.earnedMicros, currency)}`}</title>
            </rect>
          );
        })}
      </svg>
      <div className="mt-1 flex justify-between text-xs text-muted-foreground" aria-hidden>
        <span>{first === undefined ? '' : shortDay.format(first.start)}</span>
        <span>{last === undefined ? '' : shortDay.format(last.start)}</span>
      </div>
      <details className="mt-3">
        <summary className="w-fit rounded text-[13px] font-medium text-primary-text">As a table</summary>
        <table className="mt-2 text-left text-sm">
          <thead>
            <tr className="text-[13px] text-muted-foreground">
              <th scope="col" className="py-1 pr-8 font-medium">
                {step === 'day' ? 'Day' : 'Week from'}
              </th>
              <th scope="col" className="py-1 text-right font-medium">
                Earned
              </th>
            </tr>
          </thead>
          <tbody>
            {bars
              .filter((bar) => bar.earnedMicros > 0n)
              .map((bar) => (
                <tr key={bar.start.getTime()} className="border-t">
                  <th scope="row" className="py-1 pr-8 font-normal">
                    {formatDate(bar.start)}
                  </th>
                  <td className="py-1 text-right tabular-nums">{formatMoney(bar.earnedMicros, currency)}</td>
                </tr>
              ))}
          </tbody>
        </table>
        <p className="mt-1 text-[13px] text-muted-foreground">
          {step === 'day' ? 'Days' : 'Weeks'} in which nothing was earned are left out.
        </p>
      </details>
    </figure>
  );
}
