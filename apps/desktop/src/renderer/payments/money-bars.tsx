import { formatMoney } from '../format/money.ts';
import { formatDate } from '../format/time.ts';
import { Button } from '../ui/button.tsx';

export type BarUnit = 'day' | 'week';

/** Money of one day or week. */
export interface MoneyBar {
  /** The first moment of the day or week, in the person's zone. */
  readonly startMs: number;
  readonly amountMicros: bigint;
  /** Bookings that it is of, where they are counted. */
  readonly bookings?: number;
}

const HEIGHT = 120;
const SLOT = 20;
const GAP = 4;
/** A bar for little money stays visible. */
const BAR_MIN = 2;

/** Chooses between days and weeks. */
export function BarUnitChoice({
  unit,
  onChoose,
}: {
  readonly unit: BarUnit;
  readonly onChoose: (unit: BarUnit) => void;
}) {
  return (
    <div role="group" aria-label="Bars" className="flex gap-1">
      {(['day', 'week'] as const).map((each) => (
        <Button
          key={each}
          size="sm"
          variant={each === unit ? 'secondary' : 'ghost'}
          aria-pressed={each === unit}
          onClick={() => onChoose(each)}
        >
          Per {each}
        </Button>
      ))}
    </div>
  );
}

/** Money per day or week, oldest first, as bars and as a table; at least one bar must be above zero. */
export function MoneyBars({
  bars,
  unit,
  currency,
  words,
}: {
  readonly bars: readonly MoneyBar[];
  readonly unit: BarUnit;
  readonly currency: string;
  /** Such as "Spending", "Charged" and "cost nothing". */
  readonly words: { readonly what: string; readonly column: string; readonly ofOthers: string };
}) {
  const most = bars.reduce((max, bar) => (bar.amountMicros > max ? bar.amountMicros : max), 1n);
  const nameOf = (bar: MoneyBar): string => (unit === 'day' ? '' : 'from ') + formatDate(bar.startMs);
  const first = bars[0];
  return (
    <figure>
      <p className="mb-1 text-xs text-muted-foreground tabular-nums" aria-hidden>
        {formatMoney(most, currency)}
      </p>
      <svg
        viewBox={`0 0 ${String(bars.length * SLOT)} ${String(HEIGHT)}`}
        preserveAspectRatio="none"
        className="block h-32 w-full"
        role="img"
        aria-label={`${words.what} per ${unit}, at most ${formatMoney(most, currency)} in one ${unit}. The table below has every number.`}
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
              <title>{`${nameOf(bar)}: ${formatMoney(bar.amountMicros, currency)}`}</title>
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
      <div className="mt-1 flex justify-between text-xs text-muted-foreground" aria-hidden>
        <span>{first !== undefined && formatDate(first.startMs)}</span>
        <span>{unit === 'day' ? 'today' : 'this week'}</span>
      </div>
      <details className="mt-3">
        <summary className="w-fit rounded text-[13px] font-medium text-primary-text">As a table</summary>
        <BarsTable bars={bars} unit={unit} currency={currency} column={words.column} nameOf={nameOf} />
        <p className="mt-1 text-xs text-muted-foreground">
          The other {unit}s {words.ofOthers}.
        </p>
      </details>
    </figure>
  );
}

function BarsTable({
  bars,
  unit,
  currency,
  column,
  nameOf,
}: {
  readonly bars: readonly MoneyBar[];
  readonly unit: BarUnit;
  readonly currency: string;
  readonly column: string;
  readonly nameOf: (bar: MoneyBar) => string;
}) {
  const countsBookings = bars.some(({ bookings }) => bookings !== undefined);
  return (
    <table className="mt-2 w-full text-[13px]">
      <thead>
        <tr className="text-left text-muted-foreground">
          <th scope="col" className="py-1 font-medium">
            {unit === 'day' ? 'Day' : 'Week'}
          </th>
          {countsBookings && (
            <th scope="col" className="py-1 text-right font-medium">
              Bookings
            </th>
          )}
          <th scope="col" className="py-1 text-right font-medium">
            {column}
          </th>
        </tr>
      </thead>
      <tbody>
        {bars
          .filter((bar) => bar.amountMicros > 0n)
          .toReversed()
          .map((bar) => (
            <tr key={bar.startMs} className="border-t">
              <th scope="row" className="py-1 text-left font-normal">
                {nameOf(bar)}
              </th>
              {countsBookings && <td className="py-1 text-right tabular-nums">{bar.bookings}</td>}
              <td className="py-1 text-right tabular-nums">{formatMoney(bar.amountMicros, currency)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
